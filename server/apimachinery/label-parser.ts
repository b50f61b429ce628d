/**
 * Reads label selectors from text: `a=b,c!=d,e in (f,g),h,!i,j>1`.
 *
 * Upstream: Lexer and Parser of k8s.io/apimachinery/pkg/labels/selector.go, with its errors.
 */
import { everythingLabels, newLabelSelector, newRequirement } from './labels.ts';
import type { LabelOperator, LabelRequirement, LabelSelector } from './labels.ts';
import { invalid, newPath } from './field.ts';
import { isQualifiedName } from './names.ts';

interface Token {
  kind: 'end' | 'identifier' | 'symbol' | 'error';
  text: string;
}

const symbols = ['==', '!=', '=', '!', '(', ')', ',', '>', '<'];
const end: Token = { kind: 'end', text: '' };

function lex(selector: string): Token[] {
  const tokens = selector.match(/==|!=|[=!(),<>]|[^\s=!(),<>]+/g) ?? [];
  return [...tokens.map((text): Token => ({ kind: symbols.includes(text) ? 'symbol' : 'identifier', text })), end];
}

const binaryOperators: Record<string, LabelOperator> = { in: 'in', notin: 'notin', '=': '=', '==': '==', '!=': '!=', '>': 'gt', '<': 'lt' };
const expectedOperators = 'in, notin, =, ==, !=, gt, lt';

class Parser {
  readonly #tokens: Token[];
  #position = 0;

  constructor(tokens: Token[]) {
    this.#tokens = tokens;
  }

  #peek(): Token {
    return this.#tokens[this.#position] ?? end;
  }

  #next(): Token {
    return this.#tokens[this.#position++] ?? end;
  }

  parse(): LabelRequirement[] {
    const requirements: LabelRequirement[] = [];
    const starts = ({ kind, text }: Token) => kind === 'identifier' || text === '!';
    for (;;) {
      const first = this.#peek();
      if (first.kind === 'end') return requirements;
      if (!starts(first)) throw new Error(`found '${first.text}', expected: !, identifier, or 'end of string'`);
      requirements.push(this.#guarded());
      const after = this.#next();
      if (after.kind === 'end') return requirements;
      if (after.text !== ',') throw new Error(`found '${after.text}', expected: ',' or 'end of string'`);
      if (!starts(this.#peek())) throw new Error(`found '${this.#peek().text}', expected: identifier after ','`);
    }
  }

  #guarded(): LabelRequirement {
    try {
      return this.#requirement();
    } catch (err) {
      throw new Error(`unable to parse requirement: ${err instanceof Error ? err.message : String(err)}`);
    }
  }

  #requirement(): LabelRequirement {
    const absent = this.#peek().text === '!';
    if (absent) this.#next();
    const key = this.#next();
    if (key.kind !== 'identifier') throw new Error(`found '${key.text}', expected: identifier`);
    const reasons = isQualifiedName(key.text);
    // upstream has no path here and prints it as Go prints nil
    if (reasons.length > 0) throw new Error(`<nil>: ${invalid(newPath(), key.text, reasons.join('; ')).body}`);
    if (absent) return newRequirement(key.text, '!', []);
    if (this.#peek().kind === 'end' || this.#peek().text === ',') return newRequirement(key.text, 'exists', []);
    const symbol = this.#next();
    const operator = binaryOperators[symbol.text];
    if (!operator) throw new Error(`found '${symbol.text}', expected: ${expectedOperators}`);
    const values = operator === 'in' || operator === 'notin' ? this.#values() : [this.#exactValue()];
    return newRequirement(key.text, operator, values);
  }

  #exactValue(): string {
    if (this.#peek().kind === 'end' || this.#peek().text === ',') return '';
    const value = this.#next();
    if (value.kind !== 'identifier') throw new Error(`found '${value.text}', expected: identifier`);
    return value.text;
  }

  #values(): string[] {
    const open = this.#next();
    if (open.text !== '(') throw new Error(`found '${open.text}' expected: '('`);
    const first = this.#peek();
    if (first.text === ')') {
      this.#next();
      return [''];
    }
    if (first.kind !== 'identifier' && first.text !== ',') throw new Error(`found '${first.text}', expected: ',', ')' or identifier`);
    const values = this.#identifiers();
    this.#next();
    return [...values].sort();
  }

  /** Up to, and without, the closing parenthesis; commas with nothing between them stand for the empty value. */
  #identifiers(): Set<string> {
    const values = new Set<string>();
    for (;;) {
      const token = this.#next();
      const { kind, text } = this.#peek();
      if (token.kind === 'identifier') {
        values.add(token.text);
        if (text === ')') return values;
        if (text !== ',') throw new Error(`found '${text}', expected: ',' or ')'`);
      } else if (token.text === ',') {
        if (values.size === 0) values.add('');
        if (text === ')') return values.add('');
        if (kind === 'symbol' && text === ',') values.add('');
      } else {
        throw new Error(`found '${token.text}', expected: ',', or identifier`);
      }
    }
  }
}

/** Throws upstream's error for text that is no selector. */
export function parseLabelSelector(selector: string): LabelSelector {
  if (selector === '') return everythingLabels;
  return newLabelSelector(new Parser(lex(selector)).parse());
}
