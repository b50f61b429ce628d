/**
 * Whether what one has covers what one would give, and what is missing.
 *
 * Upstream: k8s.io/component-helpers/auth/rbac/validation/policy_comparator.go, pkg/registry/rbac/validation/policy_compact.go,
 * pkg/apis/rbac/v1/helpers.go (CompactString).
 */
import { quote } from '../../apimachinery/quote.ts';
import { trimRight } from '../../apimachinery/trim.ts';
import type { PolicyRule } from '../../authorization/rules.ts';

/** The parts of `wanted` that no rule of `owned` covers. */
export function missingRules(owned: readonly PolicyRule[], wanted: readonly PolicyRule[]): PolicyRule[] {
  return wanted.flatMap(breakdownRule).filter((rule) => !owned.some((owner) => covers(owner, rule)));
}

/** Rules of one verb and one resource (and one name), or of one verb and one path. */
function breakdownRule({ apiGroups = [], resources = [], verbs, resourceNames = [], nonResourceURLs = [] }: PolicyRule): PolicyRule[] {
  const names = resourceNames.length > 0 ? resourceNames.map((name) => ({ resourceNames: [name] })) : [{}];
  const ofResources = apiGroups.flatMap((group) => resources.flatMap((resource) => verbs.flatMap((verb) => names.map((name) => ({ apiGroups: [group], resources: [resource], verbs: [verb], ...name })))));
  const ofPaths = nonResourceURLs.flatMap((url) => verbs.map((verb) => ({ nonResourceURLs: [url], verbs: [verb] })));
  return [...ofResources, ...ofPaths];
}

function covers(owner: PolicyRule, sub: PolicyRule): boolean {
  const all = (have: string[] = [], want: string[] = []) => have.includes('*') || want.every((one) => have.includes(one));
  const names = owner.resourceNames ?? [];
  return (
    all(owner.verbs, sub.verbs) &&
    all(owner.apiGroups, sub.apiGroups) &&
    (sub.resources ?? []).every((resource) => coversResource(owner.resources ?? [], resource)) &&
    (names.length === 0 || ((sub.resourceNames ?? []).length > 0 && all(names, sub.resourceNames))) &&
    (sub.nonResourceURLs ?? []).every((url) => coversURL(owner.nonResourceURLs ?? [], url))
  );
}

function coversResource(owned: string[], resource: string): boolean {
  const at = resource.indexOf('/');
  return owned.includes('*') || owned.includes(resource) || (at >= 0 && owned.includes(`*${resource.slice(at)}`));
}

const coversURL = (owned: string[], url: string) => owned.some((one) => one === url || (one.endsWith('*') && url.startsWith(trimRight(one, '*'))));

/** Each missing right on a line, those on one resource together. */
export function describeRules(rules: PolicyRule[]): string {
  const compact = new Map<string, PolicyRule>();
  for (const rule of rules) {
    const { verbs, ...what } = rule;
    const id = rule.nonResourceURLs ? JSON.stringify(rule) : JSON.stringify(what);
    const known = compact.get(id);
    compact.set(id, known ? { ...known, verbs: [...known.verbs, ...verbs] } : rule);
  }
  return [...new Set([...compact.values()].map(compactString))].sort().join('\n');
}

function compactString({ apiGroups, resources, nonResourceURLs, resourceNames, verbs }: PolicyRule): string {
  const parts = { APIGroups: apiGroups, Resources: resources, NonResourceURLs: nonResourceURLs, ResourceNames: resourceNames, Verbs: verbs };
  return `{${Object.entries(parts).flatMap(([name, values]) => (values?.length ? `${name}:${quoteAll(values)}` : [])).join(', ')}}`;
}

/** Go's `%q` of a slice. */
export const quoteAll = (values: string[]) => `[${values.map(quote).join(' ')}]`;
