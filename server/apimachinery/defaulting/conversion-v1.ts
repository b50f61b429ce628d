/**
 * Fields that exist twice for the sake of old clients, or only on the way in. Upstream settles them when it converts
 * to and from the internal version; here the version on the wire is the one that is kept.
 *
 * Upstream: pkg/apis/core/v1/conversion.go, pkg/apis/apps/v1/conversion.go.
 */
import { ensureStruct, setUnset, stringMap, strings, structs, text } from '../access.ts';
import type { DefaultFunc, Fields } from '../access.ts';

function base64(value: string): string {
  return btoa(Array.from(new TextEncoder().encode(value), (byte) => String.fromCharCode(byte)).join(''));
}

/** What stringData says goes into data and is never shown. */
export function mergeStringData(secret: Fields): void {
  const written = Object.entries(stringMap(secret, 'stringData'));
  delete secret['stringData'];
  if (written.length === 0) return;
  const data = ensureStruct(secret, 'data');
  for (const [key, value] of written) data[key] = base64(value);
}

/** serviceAccount is the old name of serviceAccountName. */
function mirrorServiceAccount(spec: Fields): void {
  const name = text(spec, 'serviceAccountName') || text(spec, 'serviceAccount');
  if (name) Object.assign(spec, { serviceAccountName: name, serviceAccount: name });
}

/** The first of the many is the one that old clients see. */
function mirrorFirst(obj: Fields, one: string, many: string, wrap: (value: string) => unknown): void {
  const single = text(obj, one);
  if (single && !obj[many]) obj[many] = [wrap(single)];
}

const typeOfClaims = { kind: 'PersistentVolumeClaim', apiVersion: 'v1' };

/** After the function of the same type in the table of defaults. */
export const conversionV1: Record<string, DefaultFunc> = {
  'io.k8s.api.core.v1.Secret': mergeStringData,
  'io.k8s.api.core.v1.PodSpec': mirrorServiceAccount,
  'io.k8s.api.core.v1.PodStatus': (obj) => {
    mirrorFirst(obj, 'podIP', 'podIPs', (ip) => ({ ip }));
    const [first] = structs(obj, 'podIPs');
    if (first) setUnset(obj, { podIP: first['ip'] });
  },
  'io.k8s.api.core.v1.NodeSpec': (obj) => {
    mirrorFirst(obj, 'podCIDR', 'podCIDRs', (cidr) => cidr);
    const [first] = strings(obj, 'podCIDRs');
    if (first) setUnset(obj, { podCIDR: first });
  },
  'io.k8s.api.apps.v1.StatefulSetSpec': (obj) => {
    const claims = structs(obj, 'volumeClaimTemplates');
    if (claims.length > 0) obj['volumeClaimTemplates'] = claims.map((claim) => ({ ...typeOfClaims, ...claim, ...typeOfClaims }));
  },
};
