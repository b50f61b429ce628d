/**
 * Finds literals that a function will never take.
 *
 * Upstream: github.com/google/cel-go/cel/validator.go (durations, timestamps, regular expressions).
 */
import { children } from './ast.ts';
import type { Expr } from './ast.ts';
import { compileRegex } from './library/regex.ts';
import type { Issue } from './source.ts';
import { parseDuration, parseTimestamp } from './time.ts';

const LITERALS: Readonly<Record<string, (text: string) => unknown>> = { duration: parseDuration, timestamp: parseTimestamp, matches: compileRegex };

export function validateLiterals(expr: Expr): Issue[] {
  const own = expr.kind === 'call' ? validateCall(expr.function, expr.args) : [];
  return [...own, ...children(expr).flatMap(validateLiterals)];
}

function validateCall(name: string, args: readonly Expr[]): Issue[] {
  const [literal] = args;
  const takes = Object.hasOwn(LITERALS, name) ? LITERALS[name] : undefined;
  if (!takes || literal?.kind !== 'literal' || typeof literal.value !== 'string') return [];
  try {
    takes(literal.value);
    return [];
  } catch {
    return [{ offset: literal.pos, message: `invalid ${name} argument` }];
  }
}
