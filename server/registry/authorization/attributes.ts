/**
 * What an access review asks about, as an authorizer takes it.
 *
 * Upstream: pkg/registry/authorization/util/helpers.go. Leaves out selectors as requirements for the authorizer; that
 * they do not parse is still said.
 */
import { parseFieldSelector } from '../../apimachinery/fields.ts';
import { parseLabelSelector } from '../../apimachinery/label-parser.ts';
import type { UserInfo } from '../../authentication/interfaces.ts';
import type { Attributes } from '../../authorization/interfaces.ts';
import { newRequirement } from '../../apimachinery/labels.ts';
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
  };
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

function fieldRequirement({ operator, values = [] }: Requirement): void {
  if (values.length !== 1 || (operator !== 'In' && operator !== 'NotIn')) throw new Error(`fieldSelectors do not yet support ${operator}`);
}

function labelRequirement({ key, operator, values = [] }: Requirement): void {
  const operators = { In: 'in', NotIn: 'notin', Exists: 'exists', DoesNotExist: '!' } as const;
  const known = Object.entries(operators).find(([name]) => name === operator)?.[1];
  if (!known) throw new Error(`${operator} is not a valid label selector operator`);
  newRequirement(key, known, values);
}
