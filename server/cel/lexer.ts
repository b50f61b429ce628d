/**
 * Parts an expression into tokens.
 *
 * Upstream: the lexer rules of github.com/google/cel-go/parser/gen/CEL.g4, with ANTLR's words for what is no token.
 */
import type { Issue } from './source.ts';

export type TokenKind = 'IDENTIFIER' | 'ESC_IDENTIFIER' | 'NUM_INT' | 'NUM_UINT' | 'NUM_FLOAT' | 'STRING' | 'BYTES' | 'symbol' | '<EOF>';

export interface Token {
  kind: TokenKind;
  text: string;
  pos: number;
}

const ESCAPE = String.raw`\\(?:[abfnrtv"'\\?${'`'}]|[0-3][0-7][0-7]|[xX][0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8})`;
const STRINGS = [
  String.raw`"""(?:${ESCAPE}|[^\\])*?"""`,
  String.raw`'''(?:${ESCAPE}|[^\\])*?'''`,
  String.raw`"(?:${ESCAPE}|[^\\"\n\r])*"`,
  String.raw`'(?:${ESCAPE}|[^\\'\n\r])*'`,
  String.raw`[rR]"""[^]*?"""`,
  String.raw`[rR]'''[^]*?'''`,
  String.raw`[rR]"[^"\n\r]*"`,
  String.raw`[rR]'[^'\n\r]*'`,
].join('|');

/** In this order; of two that match the longer counts only where it is named first. */
const RULES: readonly [TokenKind | 'hidden', RegExp][] = [
  ['hidden', /[\t \r\n\f]+|\/\/[^\n]*/y],
  ['BYTES', new RegExp(`[bB](?:${STRINGS})`, 'y')],
  ['STRING', new RegExp(STRINGS, 'y')],
  ['NUM_FLOAT', /\d+\.\d+(?:[eE][+-]?\d+)?|\d+[eE][+-]?\d+|\.\d+(?:[eE][+-]?\d+)?/y],
  ['NUM_UINT', /(?:0x[0-9a-fA-F]+|\d+)[uU]/y],
  ['NUM_INT', /0x[0-9a-fA-F]+|\d+/y],
  ['IDENTIFIER', /[A-Za-z_][A-Za-z0-9_]*/y],
  ['ESC_IDENTIFIER', /`[A-Za-z0-9_.\-/ ]+`/y],
  ['symbol', /==|!=|<=|>=|&&|\|\||[<>[\]{}().,\-!?:+*/%]/y],
];

const KEYWORDS: ReadonlySet<string> = new Set(['in', 'true', 'false', 'null']);

export function tokenize(source: string): { tokens: Token[]; issues: Issue[] } {
  const tokens: Token[] = [];
  const issues: Issue[] = [];
  let pos = 0;
  scan: while (pos < source.length) {
    for (const [kind, rule] of RULES) {
      rule.lastIndex = pos;
      const [text] = rule.exec(source) ?? [];
      if (text === undefined) continue;
      if (kind !== 'hidden') tokens.push({ kind: KEYWORDS.has(text) ? 'symbol' : kind, text, pos });
      pos += text.length;
      continue scan;
    }
    const text = unrecognized(source, pos);
    issues.push({ offset: pos, message: `Syntax error: token recognition error at: '${escape(text)}'` });
    pos += text.length;
  }
  tokens.push({ kind: '<EOF>', text: '<EOF>', pos: source.length });
  return { tokens, issues };
}

/** What the lexer had read when it could not go on, with the character at which it could not. */
function unrecognized(source: string, pos: number): string {
  const rest = source.slice(pos);
  const [begun = ''] = /^(?:[bB]?[rR]?"(?:\\.|[^"\\\n\r])*|[bB]?[rR]?'(?:\\.|[^'\\\n\r])*|`[A-Za-z0-9_.\-/ ]*|[=&|])/.exec(rest) ?? [];
  return begun + (String.fromCodePoint(...[rest.codePointAt(begun.length)].filter((each) => each !== undefined)));
}

const escape = (text: string) => text.replaceAll('\n', '\\n').replaceAll('\r', '\\r').replaceAll('\t', '\\t');
