/**
 * Fields that exist twice for the sake of old clients, or only on the way in. Upstream settles them when it converts
 * to and from the internal version; here the version on the wire is the one that is kept.
 *
 * Upstream: pkg/apis/core/v1/conversion.go, pkg/apis/apps/v1/conversion.go.
 */
import { ensureStruct, setUnset, stringMap, strings, struct, structs, text } from '../access.ts';
import type { DefaultFunc, Fields } from '../access.ts';
import { base64 } from '../base64.ts';
import { deepEqual } from '../deep.ts';

/** What stringData says goes into data and is never shown. */
function mergeStringData(secret: Fields): void {
  const written = Object.entries(stringMap(secret, 'stringData'));
  delete secret['stringData'];
  if (written.length === 0) return;
  const data = ensureStruct(secret, 'data');
  for (const [key, value] of written) data[key] = base64(new TextEncoder().encode(value));
}

/** serviceAccount is the old name of serviceAccountName. */
function mirrorServiceAccount(spec: Fields): void {
  const name = text(spec, 'serviceAccountName') || text(spec, 'serviceAccount');
  if (name) Object.assign(spec, { serviceAccountName: name, serviceAccount: name });
}

/** The first of the many is the one that old clients see, and what they write is what counts. */
function mirrorFirst(obj: Fields, one: string, many: string, wrap: (value: string) => unknown): void {
  const single = text(obj, one);
  const { [many]: list } = obj;
  if (single && !(Array.isArray(list) && deepEqual(list[0], wrap(single)))) obj[many] = [wrap(single)];
}

const initContainers = ['beta', 'alpha'].flatMap((stage) => ['init-container-statuses', 'init-containers'].map((name) => `pod.${stage}.kubernetes.io/${name}`));

/** Containers that run first were annotations once. */
function dropInitContainerAnnotations(obj: Fields): void {
  const metadata = struct(obj, 'metadata');
  const annotations = stringMap(metadata, 'annotations');
  if (!initContainers.some((name) => annotations[name] !== undefined)) return;
  const kept = Object.entries(annotations).filter(([name]) => !initContainers.includes(name));
  if (kept.length > 0) metadata['annotations'] = Object.fromEntries(kept);
  else delete metadata['annotations'];
}

const typeOfClaims = { kind: 'PersistentVolumeClaim', apiVersion: 'v1' };

/** After the function of the same type in the table of defaults. */
export const conversionV1: Record<string, DefaultFunc> = {
  'io.k8s.api.core.v1.Secret': mergeStringData,
  'io.k8s.api.core.v1.Pod': dropInitContainerAnnotations,
  'io.k8s.api.core.v1.PodTemplateSpec': dropInitContainerAnnotations,
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
