/**
 * Field selectors: `metadata.name=a,status.phase!=Running`.
 *
 * Upstream: k8s.io/apimachinery/pkg/fields/selector.go. Which fields a kind knows is the kind's affair: `transform`
 * lets it rename or refuse them.
 */
export interface FieldRequirement {
  field: string;
  operator: '=' | '!=';
  value: string;
}

export interface FieldSelector {
  readonly empty: boolean;
  readonly requirements: readonly FieldRequirement[];
  matches(fields: Record<string, string>): boolean;
  /** The one value that the field must have, if the selector asks for one. */
  requiresExactMatch(field: string): string | undefined;
  /** A requirement whose field and value both become empty is dropped; `fn` throws to refuse. */
  transform(fn: (field: string, value: string) => { field: string; value: string }): FieldSelector;
  toString(): string;
}

const escapeValue = (value: string) => value.replace(/[\\,=]/g, '\\$&');

export function newFieldSelector(requirements: readonly FieldRequirement[]): FieldSelector {
  return new Requirements(requirements);
}

/** All of them have to be met. A class, as every watch has one of its own. */
class Requirements implements FieldSelector {
  readonly requirements: readonly FieldRequirement[];

  constructor(requirements: readonly FieldRequirement[]) {
    this.requirements = requirements;
  }

  get empty(): boolean {
    return this.requirements.length === 0;
  }

  matches(fields: Record<string, string>): boolean {
    return this.requirements.every((r) => ((fields[r.field] ?? '') === r.value) === (r.operator === '='));
  }

  requiresExactMatch(field: string): string | undefined {
    return this.requirements.find((r) => r.field === field && r.operator === '=')?.value;
  }

  transform(fn: (field: string, value: string) => { field: string; value: string }): FieldSelector {
    return newFieldSelector(this.requirements.map((r) => ({ ...r, ...fn(r.field, r.value) })).filter((r) => r.field !== '' || r.value !== ''));
  }

  toString(): string {
    return this.requirements.map((r) => `${r.field}${r.operator}${escapeValue(r.value)}`).join(',');
  }
}

export const everythingFields: FieldSelector = newFieldSelector([]);

function unescapeValue(text: string): string {
  let value = '';
  let inSlash = false;
  for (const c of text) {
    if (inSlash) {
      if (!'\\,='.includes(c)) throw new Error(`invalid field selector: invalid escape sequence: \\${c}`);
      value += c;
      inSlash = false;
    } else if (c === '\\') {
      inSlash = true;
    } else if (c === ',' || c === '=') {
      throw new Error(`invalid field selector: unescaped character in value: ${c.charCodeAt(0)}`);
    } else {
      value += c;
    }
  }
  if (inSlash) throw new Error('invalid field selector: invalid escape sequence: \\');
  return value;
}

/** Cuts at commas that no backslash stands before. */
function splitTerms(selector: string): string[] {
  return selector.match(/(?:\\[^]|[^\\,]|\\$)+/gu) ?? [];
}

/** Throws upstream's error for text that is no selector. */
export function parseFieldSelector(selector: string): FieldSelector {
  if (selector === '') return everythingFields;
  const requirements = splitTerms(selector).sort().map((term): FieldRequirement => {
    const at = term.search(/!=|=/);
    if (at < 0) throw new Error(`invalid selector: '${selector}'; can't understand '${term}'`);
    const operator = /^(!=|==|=)/.exec(term.slice(at))?.[0] ?? '=';
    const value = unescapeValue(term.slice(at + operator.length));
    return { field: term.slice(0, at), operator: operator === '!=' ? '!=' : '=', value };
  });
  return newFieldSelector(requirements).transform((field, value) => ({ field, value }));
}
