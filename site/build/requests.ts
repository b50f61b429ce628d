/**
 * Finds every `<Request>` of a chapter, in reading order, with its attributes evaluated, as the page will have them.
 */
import { runInNewContext } from 'node:vm';
import remarkMdx from 'remark-mdx';
import remarkParse from 'remark-parse';
import { unified } from 'unified';
import type { RequestProps } from '../components/request-props.ts';
import { checkProps } from '../components/request-props.ts';
import type { Chapter } from './chapters.ts';

interface MdxNode {
  type: string;
  name?: string | null;
  attributes?: { type: string; name?: string; value?: string | null | { value: string } }[];
  children?: MdxNode[];
  position?: { start: { line: number } };
}

export interface ChapterRequests {
  chapter: Chapter;
  /** The stage that the chapter's requests go to unless they name another. */
  stage: string | undefined;
  requests: RequestProps[];
  /** The priority level that the chapter's crowd looks at; undefined where there is none. */
  crowd: string | undefined;
}

export function requestsOf(chapter: Chapter): ChapterRequests {
  const [, frontmatter = '', body = ''] = /^---\n([\s\S]*?)\n---\n([\s\S]*)$/.exec(chapter.source) ?? [];
  const tree: MdxNode = unified().use(remarkParse).use(remarkMdx).parse(body);
  const requests = elements(tree, 'Request').map((node) => checkProps(attributesOf(node, chapter), chapter.name));
  const ids = requests.map((request) => request.id);
  const twice = ids.find((id, index) => ids.indexOf(id) !== index);
  if (twice !== undefined) throw new Error(`${chapter.name}: two requests have the id "${twice}"`);
  const [crowd] = elements(tree, 'Crowd').map((node) => String(attributesOf(node, chapter).level));
  return { chapter, crowd, stage: /^stage:\s*['"]?([a-z-]+)/m.exec(frontmatter)?.[1], requests };
}

export function elements(node: MdxNode, name: string): MdxNode[] {
  const own = /^mdxJsx/.test(node.type) && node.name === name ? [node] : [];
  return [...own, ...(node.children ?? []).flatMap((child) => elements(child, name))];
}

function attributesOf(node: MdxNode, chapter: Chapter): Record<string, unknown> {
  const entries = (node.attributes ?? []).map(({ name, value }): [string, unknown] => {
    if (name === undefined) throw new Error(`${chapter.name}: <${node.name}> takes no {...spread}: its attributes must be readable where it stands`);
    return [name, typeof value === 'object' && value !== null ? evaluate(value.value, name, chapter) : (value ?? true)];
  });
  return Object.fromEntries<unknown>(entries);
}

function evaluate(expression: string, name: string, chapter: Chapter): unknown {
  try {
    const value: unknown = runInNewContext(`(${expression})`);
    return value;
  } catch (err) {
    throw new Error(`${chapter.name}: the attribute ${name}={${expression}} can't be evaluated on its own: ${err instanceof Error ? err.message : String(err)}`);
  }
}
