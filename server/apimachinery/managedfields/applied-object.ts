/**
 * What an applied configuration has to be before it is looked at as a value of its type.
 *
 * Upstream: k8s.io/apimachinery/pkg/util/managedfields/internal/{versioncheck,structuredmerge}.go.
 */
import { newBadRequest } from '../../http/status.ts';
import { isFields } from '../access.ts';
import type { GroupVersionKind, KubeObject } from '../types.ts';
import { parseGroupVersion } from '../types.ts';

const text = (value: unknown) => (typeof value === 'string' ? value : '');

function gvkOf({ apiVersion, kind }: KubeObject): GroupVersionKind {
  const gv = parseGroupVersion(text(apiVersion));
  return gv ? { ...gv, kind: text(kind) } : { group: '', version: '', kind: '' };
}

export const formatGVK = ({ group, version, kind }: GroupVersionKind) => `${group}/${version}, Kind=${kind}`;

/** What errors call an object. */
export function objectGVKNN(obj: KubeObject): string {
  const { namespace, name }: { namespace?: unknown; name?: unknown } = isFields(obj.metadata) ? obj.metadata : {};
  return `${text(namespace)}/${text(name)}; ${formatGVK(gvkOf(obj))}`;
}

export function checkApplied(applied: KubeObject, expected: GroupVersionKind): void {
  const gvk = formatGVK(gvkOf(applied));
  if (gvk !== formatGVK(expected)) throw newBadRequest(`invalid object type: ${gvk}`);
  if (isFields(applied.metadata) && Array.isArray(applied.metadata.managedFields)) throw newBadRequest('metadata.managedFields must be nil');
}
