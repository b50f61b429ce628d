/**
 * Parses an expression.
 *
 * Upstream: github.com/google/cel-go/parser (parser.go and gen/CEL.g4). It goes on after an error and finds more; ours
 * tells of the first, and of all that is no token up to there.
 */
import { children } from './ast.ts';
import type { Entry, Expr, Field } from './ast.ts';
import { Cursor, MAX_DEPTH, ParseError, tooDeep } from './cursor.ts';
import { tokenize } from './lexer.ts';
import type { Token } from './lexer.ts';
import { literalValue } from './literals.ts';
import { expandMacro } from './macros.ts';
import { CompilationError, formatIssues } from './source.ts';
import type { Value } from './values.ts';

const MAX_SIZE = 100_000;
const RESERVED = new Set(['as', 'break', 'const', 'continue', 'else', 'false', 'for', 'function', 'if', 'import', 'in', 'let', 'loop', 'package', 'namespace', 'null', 'return', 'true', 'var', 'void', 'while']);
const PRIMARY = "{'[', '{', '(', '.', '-', '!', 'true', 'false', 'null', NUM_FLOAT, NUM_INT, NUM_UINT, STRING, BYTES, IDENTIFIER}";

/** Binary operators, by how close they hold. */
const LEVELS: readonly (readonly string[])[] = [['||'], ['&&'], ['<', '<=', '>=', '>', '==', '!=', 'in'], ['+', '-'], ['*', '/', '%']];

/** Throws a CompilationError that says what is wrong and where. */
export function parse(source: string): Expr {
  const size = [...source].length;
  if (size > MAX_SIZE) throw new CompilationError(`compilation failed: ${formatIssues(source, [{ offset: undefined, message: `expression code point size exceeds limit: size: ${size}, limit ${MAX_SIZE}` }])}`);
  const { tokens, issues } = tokenize(source);
  try {
    const expr = new Parser(tokens).start();
    if (isDeep(expr)) throw tooDeep();
    if (issues.length > 0) throw new CompilationError(`compilation failed: ${formatIssues(source, issues)}`);
    return expr;
  } catch (err) {
    if (!(err instanceof ParseError)) throw err;
    const at = err.issue.offset ?? source.length;
    throw new CompilationError(`compilation failed: ${formatIssues(source, [...issues.filter(({ offset = 0 }) => offset <= at), err.issue])}`);
  }
}

/** A chain is as deep as it is long, though it is not read so. */
function isDeep(expr: Expr): boolean {
  let level = [expr];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > MAX_DEPTH) return true;
    level = level.flatMap(children);
  }
  return false;
}

class Parser extends Cursor {
  start(): Expr {
    const expr = this.expr();
    if (this.next.kind !== '<EOF>') throw this.unexpected('<EOF>', this.peek()?.kind === '<EOF>');
    return expr;
  }

  private expr(): Expr {
    return this.nested(() => {
      const condition = this.binary(0);
      const op = this.accept('?');
      if (!op) return condition;
      const then = this.binary(0);
      this.expect(':');
      return { kind: 'call', pos: op.pos, function: '_?_:_', args: [condition, then, this.expr()] };
    });
  }

  private binary(level: number): Expr {
    const operators = LEVELS[level];
    if (!operators) return this.unary();
    if (level < 2) return this.logical(level, operators[0]!);
    let left = this.binary(level + 1);
    while (this.is(...operators)) {
      const { text, pos } = this.take();
      left = { kind: 'call', pos, function: text === 'in' ? '@in' : `_${text}_`, args: [left, this.binary(level + 1)] };
    }
    return left;
  }

  /** However many there are, they are one call. */
  private logical(level: number, operator: string): Expr {
    const { pos } = this.next;
    const args = [this.binary(level + 1)];
    while (this.accept(operator)) args.push(this.binary(level + 1));
    return args.length === 1 ? args[0]! : { kind: 'call', pos, function: `_${operator}_`, args };
  }

  private unary(): Expr {
    const op = this.next;
    const next = this.peek()?.kind;
    if (!this.is('!', '-') || (op.text === '-' && (next === 'NUM_INT' || next === 'NUM_FLOAT'))) return this.member();
    let count = 0;
    for (; this.accept(op.text); count++);
    const operand = this.member();
    return count % 2 === 0 ? operand : { kind: 'call', pos: op.pos, function: op.text === '!' ? '!_' : '-_', args: [operand] };
  }

  private member(): Expr {
    let expr = this.primary();
    while (this.is('.', '[')) expr = this.is('.') ? this.selectOrCall(expr) : this.index(expr);
    return expr;
  }

  private selectOrCall(operand: Expr): Expr {
    const { pos } = this.take();
    const optional = this.accept('?') !== undefined;
    const field = this.fieldName();
    const open = optional ? undefined : this.accept('(');
    return open ? this.call(open.pos, field, operand) : { kind: 'select', pos, operand, field, testOnly: false, optional };
  }

  private index(operand: Expr): Expr {
    const { pos } = this.take();
    const optional = this.accept('?');
    const index = this.expr();
    this.expect(']');
    return { kind: 'call', pos, function: optional ? '_[?_]' : '_[_]', args: [operand, index] };
  }

  private call(pos: number, name: string, target?: Expr): Expr {
    const args = this.separated(')', () => this.expr(), false);
    const expanded = expandMacro(pos, name, target, args, (issue) => new ParseError(issue));
    return expanded ?? { kind: 'call', pos, function: name, ...(target && { target }), args };
  }

  private separated<T>(close: string, read: () => T, trailing = true): T[] {
    const all: T[] = [];
    while (!this.is(close)) {
      if (all.length > 0) {
        if (!this.accept(',')) throw this.unexpected(`{'${close}', ','}`);
        if (trailing && this.is(close)) break;
      } else if (trailing && this.accept(',')) break;
      all.push(read());
    }
    this.expect(close);
    return all;
  }

  private primary(): Expr {
    const { kind, pos } = this.next;
    if (this.accept('(')) {
      const expr = this.expr();
      this.expect(')');
      return expr;
    }
    if (this.accept('[')) return { kind: 'list', pos, elements: this.separated(']', () => ({ optional: this.accept('?') !== undefined, value: this.expr() })) };
    if (this.accept('{')) return { kind: 'map', pos, entries: this.separated('}', () => this.entry()) };
    if (kind === 'IDENTIFIER' || this.is('.')) return this.named();
    const value = this.literal();
    if (value === undefined) throw this.unexpected(PRIMARY, kind !== '<EOF>' && startsPrimary(this.peek()));
    return { kind: 'literal', pos, value };
  }

  private entry(): Entry {
    const optional = this.accept('?') !== undefined;
    const key = this.expr();
    const { pos } = this.expect(':');
    return { pos, key, value: this.expr(), optional };
  }

  private field(): Field {
    const optional = this.accept('?') !== undefined;
    const name = this.fieldName();
    const { pos } = this.expect(':');
    return { pos, name, value: this.expr(), optional };
  }

  /** Names in backquotes are read, and refused: Kubernetes does not turn them on. */
  private fieldName(): string {
    const { kind, text, pos } = this.expectKind('IDENTIFIER', 'ESC_IDENTIFIER');
    if (kind === 'ESC_IDENTIFIER') throw new ParseError({ offset: pos, message: "unsupported syntax: '`'" });
    return text;
  }

  private named(): Expr {
    const start = this.next.pos;
    this.accept('.');
    const { text, pos } = this.expectKind('IDENTIFIER');
    const message = this.messageName(text);
    if (message !== undefined) {
      const open = this.expect('{');
      return { kind: 'struct', pos: open.pos, typeName: message, fields: this.separated('}', () => this.field()) };
    }
    if (RESERVED.has(text)) throw new ParseError({ offset: start, message: `reserved identifier: ${text}` });
    const open = this.accept('(');
    return open ? this.call(open.pos, text) : { kind: 'ident', pos, name: text };
  }

  /** Takes what is left of `a.b.c` where a brace follows it. */
  private messageName(first: string): string | undefined {
    let name = first;
    let at = this.at;
    const text = () => (this.tokens[at]?.kind === 'symbol' ? this.tokens[at]?.text : undefined);
    for (; text() === '.' && this.tokens[at + 1]?.kind === 'IDENTIFIER'; at += 2) name += `.${this.tokens[at + 1]?.text}`;
    if (text() !== '{') return undefined;
    this.at = at;
    return name;
  }

  private literal(): Value | undefined {
    const sign = this.is('-') && ['NUM_INT', 'NUM_FLOAT'].includes(this.peek()?.kind ?? '') ? this.take() : undefined;
    const token = this.next;
    try {
      const value = literalValue(token, sign?.text);
      if (value !== undefined) this.take();
      return value;
    } catch (err) {
      throw new ParseError({ offset: (sign ?? token).pos, message: err instanceof Error ? err.message : String(err) });
    }
  }
}

const startsPrimary = (token: Token | undefined) => token !== undefined && (token.kind === 'symbol' ? ['[', '{', '(', '.', '-', '!', 'true', 'false', 'null'].includes(token.text) : token.kind !== '<EOF>' && token.kind !== 'ESC_IDENTIFIER');
