/**
 * Defaults of the RBAC group.
 *
 * Upstream: pkg/apis/rbac/v1/defaults.go.
 */
import { ensureStruct, setUnset } from '../access.ts';
import type { DefaultFunc, Fields } from '../access.ts';

const apiGroup = 'rbac.authorization.k8s.io';
const binding = (obj: Fields) => setUnset(ensureStruct(obj, 'roleRef'), { apiGroup });

export const rbacV1: Record<string, DefaultFunc> = {
  ClusterRoleBinding: binding,
  RoleBinding: binding,
  Subject: (obj) => {
    if (obj['kind'] === 'User' || obj['kind'] === 'Group') setUnset(obj, { apiGroup });
  },
};
