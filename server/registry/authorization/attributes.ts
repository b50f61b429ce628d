/**
 * What an access review asks about, as an authorizer takes it.
 *
 * Upstream: pkg/registry/authorization/util/helpers.go.
 */
import type { FieldRequirement } from '../../apimachinery/fields.ts';
import { parseFieldSelector } from '../../apimachinery/fields.ts';
import { parseLabelSelector } from '../../apimachinery/label-parser.ts';
import type { UserInfo } from '../../authentication/interfaces.ts';
import { requirements } from '../../authorization/attributes.ts';
import type { Attributes } from '../../authorization/interfaces.ts';
import { newRequirement } from '../../apimachinery/labels.ts';
import type { LabelRequirement } from '../../apimachinery/labels.ts';
import type { NonResourceAttributes, ResourceAttributes, SelectorAttributes } from './types.ts';

export function resourceAttributesFrom(user: UserInfo, a: ResourceAttributes): Attributes {
  return {
    user,
    isResourceRequest: true,
    path: '',
    verb: a.verb ?? '',
    namespace: a.namespace ?? '',
    apiGroup: a.group ?? '',
    apiVersion: a.version || '*',
    resource: a.resource ?? '',
    subresource: a.subresource ?? '',
    name: a.name ?? '',
    ...(a.fieldSelector && { fieldSelector: requirementsOf(a.fieldSelector, parseFieldSelector, fieldRequirement) }),
    ...(a.labelSelector && { labelSelector: requirementsOf(a.labelSelector, parseLabelSelector, labelRequirement) }),
  };
}

/** Those that can be read. */
function requirementsOf<R>({ rawSelector = '', requirements: list = [] }: SelectorAttributes, parse: (text: string) => { readonly requirements: readonly R[] }, convert: (r: Requirement) => R): readonly R[] {
  return list.length === 0 ? requirements(parse, rawSelector) : list.flatMap((r) => requirements(() => ({ requirements: [convert(r)] }), ''));
}

export function nonResourceAttributesFrom(user: UserInfo, { path = '', verb = '' }: NonResourceAttributes): Attributes {
  return { user, isResourceRequest: false, path, verb, namespace: '', apiGroup: '', apiVersion: '', resource: '', subresource: '', name: '' };
}

/** What could not be taken into account (upstream's BuildEvaluationError). */
export function evaluationError(a: ResourceAttributes | undefined): string {
  const errors = [
    ignored('fieldSelector', a?.fieldSelector, parseFieldSelector, fieldRequirement),
    ignored('labelSelector', a?.labelSelector, parseLabelSelector, labelRequirement),
  ];
  return errors.filter((e) => e !== '').join('; ');
}

type Requirement = NonNullable<SelectorAttributes['requirements']>[number];

function ignored(field: string, selector: SelectorAttributes | undefined, parse: (text: string) => unknown, check: (r: Requirement) => unknown): string {
  if (!selector) return '';
  const requirements = selector.requirements ?? [];
  const good = requirements.filter((r) => succeeds(() => check(r))).length;
  const parsed = requirements.length > 0 ? good === requirements.length : succeeds(() => parse(selector.rawSelector ?? ''));
  return parsed ? '' : `spec.resourceAttributes.${field} ${good > 0 ? 'partially ignored' : 'ignored'} due to parse error`;
}

function succeeds(fn: () => unknown): boolean {
  try {
    fn();
    return true;
  } catch {
    return false;
  }
}

function fieldRequirement({ key, operator, values = [] }: Requirement): FieldRequirement {
  const [value, ...others] = values;
  if (value === undefined || others.length > 0 || (operator !== 'In' && operator !== 'NotIn')) throw new Error(`fieldSelectors do not yet support ${operator}`);
  return { field: key, operator: operator === 'In' ? '=' : '!=', value };
}

function labelRequirement({ key, operator, values = [] }: Requirement): LabelRequirement {
  const operators = { In: 'in', NotIn: 'notin', Exists: 'exists', DoesNotExist: '!' } as const;
  const known = Object.entries(operators).find(([name]) => name === operator)?.[1];
  if (!known) throw new Error(`${operator} is not a valid label selector operator`);
  return newRequirement(key, known, values);
}
