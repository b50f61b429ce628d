/**
 * Regular expressions: RE2's, which take time in proportion to the text, whatever the pattern.
 *
 * Upstream: matches of github.com/google/cel-go/common/stdlib/standard.go, and k8s.io/apiserver/pkg/cel/library/regex.go.
 */
import { RE2JS } from 're2js';
import { func, method } from '../functions.ts';
import type { Overload, Site } from '../functions.ts';
import { EvaluationError } from '../source.ts';

export function compileRegex(pattern: string): RE2JS {
  try {
    return RE2JS.compile(pattern);
  } catch (err) {
    throw new EvaluationError(err instanceof Error ? err.message : String(err));
  }
}

function regex(pattern: string, site: Site): RE2JS {
  if (site.regex?.pattern !== pattern) site.regex = { pattern, compiled: compileRegex(pattern) };
  return site.regex.compiled;
}

function find(text: string, pattern: string, site: Site): string {
  const matcher = regex(pattern, site).matcher(text);
  return matcher.find() ? (matcher.group() ?? '') : '';
}

function findAll(text: string, pattern: string, limit: bigint, site: Site): string[] {
  const found: string[] = [];
  const matcher = regex(pattern, site).matcher(text);
  while ((limit < 0n || found.length < limit) && matcher.find()) found.push(matcher.group() ?? '');
  return found;
}

const matches = (text: string, pattern: string, site: Site) => regex(pattern, site).matcher(text).find();

/** As long as the text, as often as the pattern is. */
const cost = (text: string, pattern: string) => (1 + text.length / 10) * (1 + pattern.length / 4);

export const regexes: readonly Overload[] = [
  func('matches', ['string', 'string'], 'bool', matches, cost),
  method('matches', ['string', 'string'], 'bool', matches, cost),
  method('find', ['string', 'string'], 'string', find, cost),
  method('findAll', ['string', 'string'], 'list(string)', (text, pattern, site) => findAll(text, pattern, -1n, site), cost),
  method('findAll', ['string', 'string', 'int'], 'list(string)', findAll, cost),
];
