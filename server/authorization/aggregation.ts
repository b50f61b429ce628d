/**
 * An aggregated ClusterRole has the rules of all ClusterRoles that its selectors choose (admin, edit, view).
 *
 * Upstream: pkg/controller/clusterroleaggregation/clusterroleaggregation_controller.go, which writes these rules into
 * the stored object, role by role, until nothing changes.
 */
import { deepEqual } from '../apimachinery/deep.ts';
import { labelSelectorAsSelector } from '../apimachinery/labels.ts';
import type { PolicyRule, Role } from './rules.ts';

const nameOf = (role: Role) => role.metadata.name ?? '';

/** The rules of `role` among `all`; roles that it is gathered from may be aggregated themselves. */
export function aggregateRules(role: Role, all: readonly Role[]): PolicyRule[] {
  return gather(role, all.toSorted((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1)), new Set());
}

function gather(role: Role, sorted: readonly Role[], visited: Set<string>): PolicyRule[] {
  if (!role.aggregationRule) return role.rules ?? [];
  visited.add(nameOf(role));
  const rules: PolicyRule[] = [];
  for (const selector of (role.aggregationRule.clusterRoleSelectors ?? []).map(labelSelectorAsSelector)) {
    for (const other of sorted) {
      if (visited.has(nameOf(other)) || !selector.matches(other.metadata.labels ?? {})) continue;
      for (const rule of gather(other, sorted, new Set(visited))) if (!rules.some((r) => deepEqual(r, rule))) rules.push(rule);
    }
  }
  return rules;
}
