/**
 * Label selectors: what they ask for, and whether an object's labels answer to it.
 *
 * Upstream: k8s.io/apimachinery/pkg/labels/selector.go, and LabelSelectorAsSelector of pkg/apis/meta/v1/helpers.go.
 */
import { lookup } from './access.ts';
import { aggregate, invalid, newPath } from './field.ts';
import type { FieldError } from './field.ts';
import { isQualifiedName, isValidLabelValue } from './names.ts';
import { quote } from './quote.ts';

export type LabelOperator = '!' | '=' | '==' | 'in' | '!=' | 'notin' | 'exists' | 'gt' | 'lt';

export interface LabelRequirement {
  readonly key: string;
  readonly operator: LabelOperator;
  readonly values: readonly string[];
}

export interface LabelSelector {
  readonly empty: boolean;
  readonly requirements: readonly LabelRequirement[];
  matches(labels: Record<string, string>): boolean;
  toString(): string;
}

/** Go's strconv.ParseInt: undefined for what is no 64-bit integer. */
function int64(text: string): bigint | undefined {
  if (!/^[+-]?\d+$/.test(text)) return undefined;
  const value = BigInt(text.replace('+', ''));
  return BigInt.asIntN(64, value) === value ? value : undefined;
}

function compare(label: string | undefined, wanted: string | undefined, holds: (a: bigint, b: bigint) => boolean): boolean {
  const a = label === undefined ? undefined : int64(label);
  const b = wanted === undefined ? undefined : int64(wanted);
  return a !== undefined && b !== undefined && holds(a, b);
}

function meets({ operator, values }: LabelRequirement, label: string | undefined): boolean {
  switch (operator) {
    case '=':
    case '==':
    case 'in':
      return label !== undefined && values.includes(label);
    case '!=':
    case 'notin':
      return label === undefined || !values.includes(label);
    case 'exists':
      return label !== undefined;
    case '!':
      return label === undefined;
    case 'gt':
      return compare(label, values[0], (a, b) => a > b);
    case 'lt':
      return compare(label, values[0], (a, b) => a < b);
  }
}

function format({ key, operator, values }: LabelRequirement): string {
  const sorted = [...values].sort().join(',');
  switch (operator) {
    case '!':
      return `!${key}`;
    case 'exists':
      return key;
    case 'in':
    case 'notin':
      return `${key} ${operator} (${sorted})`;
    case 'gt':
      return `${key}>${sorted}`;
    case 'lt':
      return `${key}<${sorted}`;
    default:
      return `${key}${operator}${sorted}`;
  }
}

/** A selector that wants all of the requirements met, sorted by key so that equal selectors print equally. */
export function newLabelSelector(requirements: readonly LabelRequirement[]): LabelSelector {
  const sorted = requirements.toSorted((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
  return {
    empty: sorted.length === 0,
    requirements: sorted,
    matches: (labels) => sorted.every((r) => meets(r, Object.hasOwn(labels, r.key) ? labels[r.key] : undefined)),
    toString: () => sorted.map(format).join(','),
  };
}

export const everythingLabels: LabelSelector = newLabelSelector([]);

export const nothingLabels: LabelSelector = { empty: false, requirements: [], matches: () => false, toString: () => '' };

function valueErrors(operator: LabelOperator, values: readonly string[]): FieldError[] {
  const path = newPath('values');
  switch (operator) {
    case 'in':
    case 'notin':
      return values.length === 0 ? [invalid(path, values, "for 'in', 'notin' operators, values set can't be empty")] : [];
    case 'exists':
    case '!':
      return values.length > 0 ? [invalid(path, values, 'values set must be empty for exists and does not exist')] : [];
    case 'gt':
    case 'lt':
      return values.flatMap((v, i) => (int64(v) === undefined ? [invalid(path.index(i), v, "for 'Gt', 'Lt' operators, the value must be an integer")] : []));
    default:
      return values.length === 1 ? [] : [invalid(path, values, 'exact-match compatibility requires one single value')];
  }
}

/** Throws upstream's error when the key or a value cannot be one. */
export function newRequirement(key: string, operator: LabelOperator, values: readonly string[]): LabelRequirement {
  const reasons = isQualifiedName(key);
  const errors = [
    ...(reasons.length > 0 ? [invalid(newPath('key'), key, reasons.join('; '))] : []),
    ...valueErrors(operator, values),
    ...values.flatMap((v, i) => {
      const why = isValidLabelValue(v);
      return why.length > 0 ? [invalid(newPath('values').index(i).key(key), v, why.join('; '))] : [];
    }),
  ];
  if (errors.length > 0) throw new Error(aggregate(errors));
  return { key, operator, values };
}

const operators: Record<string, LabelOperator> = { In: 'in', NotIn: 'notin', Exists: 'exists', DoesNotExist: '!' };

/** A selector as objects hold it (`spec.selector`). */
export interface LabelSelectorObject {
  matchLabels?: Record<string, string>;
  matchExpressions?: { key: string; operator: string; values?: string[] }[];
}

/** A map of labels as a selector, not validated (upstream's Set.AsSelector). */
export function labelSelectorFromSet(set: Readonly<Record<string, string>>): LabelSelector {
  return newLabelSelector(Object.entries(set).map(([key, value]) => ({ key, operator: '=', values: [value] })));
}

/** No selector selects nothing, an empty one everything. */
export function labelSelectorAsSelector(obj: LabelSelectorObject | undefined): LabelSelector {
  if (!obj) return nothingLabels;
  const equal = Object.entries(obj.matchLabels ?? {}).map(([key, value]) => newRequirement(key, '=', [value]));
  const expressions = (obj.matchExpressions ?? []).map(({ key, operator, values }) => {
    const known = lookup(operators, operator);
    if (!known) throw new Error(`${quote(operator)} is not a valid label selector operator`);
    return newRequirement(key, known, values ?? []);
  });
  return newLabelSelector([...equal, ...expressions]);
}
