/**
 * What is wrong with a YAML text, as goyaml says it.
 *
 * Upstream: sigs.k8s.io/yaml/goyaml.v2, parserc.go, scannerc.go and decode.go.
 */
import { isScalar, visit } from 'yaml';
import type { Document, YAMLParseError } from 'yaml';

interface Wording {
  matches: RegExp;
  /** What stands before the place of the error must look so. */
  after?: RegExp;
  message: string;
  /** goyaml counts lines from one in its scanner and from zero in its parser, and does not name the first. */
  from: 'scanner' | 'parser';
}

const wordings: Wording[] = [
  { matches: /^Flow sequence|flow (?:sequence|collection).*must/i, message: "did not find expected ',' or ']'", from: 'parser' },
  { matches: /^Flow map/, message: "did not find expected ',' or '}'", from: 'parser' },
  // it looked for more lines of a plain scalar
  { matches: /tabs?/i, after: /[^\s:,[\]{}"'|>-]\s*$/, message: 'found a tab character that violates indentation', from: 'scanner' },
  { matches: /tabs?/i, message: 'found character that cannot start any token', from: 'scanner' },
  { matches: /Nested mappings|compact mappings/, message: 'mapping values are not allowed in this context', from: 'scanner' },
  { matches: /Missing closing .*quote/, message: 'found unexpected end of stream', from: 'scanner' },
  { matches: /Implicit (?:map )?keys? need/i, message: "could not find expected ':'", from: 'scanner' },
  { matches: /escape sequence/i, message: 'found unknown escape character', from: 'scanner' },
  { matches: /Plain value cannot start with reserved character/, message: 'found character that cannot start any token', from: 'scanner' },
  { matches: /A block sequence may not be used|must be indented|All mapping items|must start at the same column/, message: 'did not find expected key', from: 'parser' },
];

export function goYAMLError(text: string, error: YAMLParseError): string {
  const [at] = error.pos;
  const before = text.slice(0, at);
  const wording = wordings.find(({ matches, after }) => matches.test(error.message) && (after?.test(before) ?? true));
  // the end counts as a line of its own
  const atEnd = wording?.from === 'parser' && text.slice(at).trim() === '';
  const line = (atEnd ? `${text.trimEnd()}\n` : before).split('\n').length - 1;
  const shown = line > 0 ? `line ${wording?.from === 'scanner' ? line + 1 : line}: ` : '';
  return `yaml: ${shown}${wording?.message ?? 'did not find expected node content'}`;
}

/** An alias of nothing, or aliases of aliases that would fill the memory. */
export function goAliasError({ message }: ReferenceError): string {
  const anchor = /^Unresolved alias.*: (\S+)/.exec(message)?.[1];
  return anchor === undefined ? 'yaml: document contains excessive aliasing' : `yaml: unknown anchor '${anchor}' referenced`;
}

/** goyaml's one error about all keys that a map has twice; nothing where there are none. */
export function duplicateKeys(text: string, document: Document.Parsed): string[] {
  const found: { line: number; key: unknown }[] = [];
  visit(document, {
    Map(_, map) {
      const seen = new Set<unknown>();
      for (const { key } of map.items) {
        if (!isScalar(key)) continue;
        if (seen.has(key.value)) found.push({ line: text.slice(0, key.range?.[0]).split('\n').length, key: key.value });
        seen.add(key.value);
      }
    },
  });
  const lines = found.sort((a, b) => a.line - b.line).map(({ line, key }) => `  line ${line}: key ${JSON.stringify(key)} already set in map`);
  return lines.length === 0 ? [] : [`yaml: unmarshal errors:\n${lines.join('\n')}`];
}
