/**
 * A place among the tokens of an expression, and what is said where another one was expected.
 *
 * Upstream: ANTLR's parser and DefaultErrorStrategy, which go on after an error.
 */
import type { Token, TokenKind } from './lexer.ts';
import type { Issue } from './source.ts';

/** How deep expressions may be. */
export const MAX_DEPTH = 250;

export class ParseError extends Error {
  readonly issue: Issue;
  constructor(issue: Issue) {
    super(issue.message);
    this.issue = issue;
  }
}

export const tooDeep = () => new ParseError({ offset: undefined, message: 'max recursion depth exceeded' });

export class Cursor {
  protected readonly tokens: readonly Token[];
  protected at = 0;
  private depth = 0;

  constructor(tokens: readonly Token[]) {
    this.tokens = tokens;
  }

  protected get next(): Token {
    return this.tokens[this.at]!;
  }

  protected is(...texts: string[]): boolean {
    return this.next.kind === 'symbol' && texts.includes(this.next.text);
  }

  protected take(): Token {
    const token = this.next;
    if (token.kind !== '<EOF>') this.at++;
    return token;
  }

  protected accept(text: string): Token | undefined {
    return this.is(text) ? this.take() : undefined;
  }

  protected expect(text: string): Token {
    if (!this.is(text)) throw this.unexpected(`'${text}'`);
    return this.take();
  }

  protected expectKind(...kinds: TokenKind[]): Token {
    if (!kinds.includes(this.next.kind)) throw this.unexpected(kinds.length === 1 ? kinds[0]! : `{${kinds.join(', ')}}`);
    return this.take();
  }

  protected unexpected(wanted: string, extraneous = false): ParseError {
    const { text, pos } = this.next;
    return new ParseError({ offset: pos, message: `Syntax error: ${extraneous ? 'extraneous' : 'mismatched'} input '${text}' expecting ${wanted}` });
  }

  protected nested<T>(read: () => T): T {
    if (++this.depth > MAX_DEPTH) throw tooDeep();
    const result = read();
    this.depth--;
    return result;
  }

  /** What comes after the next one. */
  protected peek(): Token | undefined {
    return this.tokens[this.at + 1];
  }
}
