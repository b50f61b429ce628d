/**
 * Finds every `<Request>` of a chapter, and what else is done to its stages, in reading order, with its attributes
 * evaluated, as the page will have them.
 */
import { runInNewContext } from 'node:vm';
import remarkMdx from 'remark-mdx';
import remarkParse from 'remark-parse';
import { unified } from 'unified';
import type { RequestProps } from '../components/request-props.ts';
import { checkProps } from '../components/request-props.ts';
import { checkJourneyProps } from '../components/journey-props.ts';
import type { JourneyProps } from '../components/journey-props.ts';
import { checkActProps, checkWatchingProps } from '../components/watching-props.ts';
import type { ActProps, WatchingProps } from '../components/watching-props.ts';
import type { Chapter } from './chapters.ts';

interface MdxNode {
  type: string;
  name?: string | null;
  attributes?: { type: string; name?: string; value?: string | null | { value: string } }[];
  children?: MdxNode[];
  position?: { start: { line: number } };
}

/** What the build does to a stage, and what the page shows of it. */
export type ChapterStep = { type: 'request'; props: RequestProps } | { type: 'act'; props: ActProps } | { type: 'watching'; props: WatchingProps } | { type: 'journey'; props: JourneyProps };

export interface ChapterRequests {
  chapter: Chapter;
  /** The stage that the chapter's requests go to unless they name another. */
  stage: string | undefined;
  requests: RequestProps[];
  /** The requests, and what is done between them. */
  steps: ChapterStep[];
  /** The priority level that the chapter's crowd looks at; undefined where there is none. */
  crowd: string | undefined;
}

export function requestsOf(chapter: Chapter): ChapterRequests {
  const [, frontmatter = '', body = ''] = /^---\n([\s\S]*?)\n---\n([\s\S]*)$/.exec(chapter.source) ?? [];
  const tree: MdxNode = unified().use(remarkParse).use(remarkMdx).parse(body);
  const steps = elements(tree, 'Request', 'Act', 'Ruler', 'Clients', 'Journey').map((node) => stepOf(node, chapter));
  const requests = steps.flatMap((step) => (step.type === 'request' ? [step.props] : []));
  const ids = steps.map(({ props }) => props.id);
  const twice = ids.find((id, index) => ids.indexOf(id) !== index);
  if (twice !== undefined) throw new Error(`${chapter.name}: two of its elements have the id "${twice}"`);
  const [crowd] = elements(tree, 'Crowd').map((node) => String(attributesOf(node, chapter).level));
  return { chapter, crowd, stage: /^stage:\s*['"]?([a-z-]+)/m.exec(frontmatter)?.[1], requests, steps };
}

function stepOf(node: MdxNode, chapter: Chapter): ChapterStep {
  const attributes = attributesOf(node, chapter);
  if (node.name === 'Request') return { type: 'request', props: checkProps(attributes, chapter.name) };
  if (node.name === 'Act') return { type: 'act', props: checkActProps(attributes, chapter.name) };
  if (node.name === 'Journey') return { type: 'journey', props: checkJourneyProps(attributes, chapter.name) };
  return { type: 'watching', props: checkWatchingProps(attributes, node.name === 'Clients', chapter.name) };
}

export function elements(node: MdxNode, ...names: string[]): MdxNode[] {
  const own = /^mdxJsx/.test(node.type) && names.includes(node.name ?? '') ? [node] : [];
  return [...own, ...(node.children ?? []).flatMap((child) => elements(child, ...names))];
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
