/** Objects as validation meets them: named, in a namespace, with their defaults. */
import { newDefaulter } from '../../defaulting/defaulter.ts';
import { newScheme } from '../../scheme.ts';
import type { KubeObject } from '../../types.ts';
import { kindValidations } from '../kinds.ts';
import type { KindValidation } from '../kinds.ts';

const setDefaults = newDefaulter(newScheme());
const clusterWide = ['PersistentVolume', 'Node', 'Namespace'];

export type Rest = Record<string, unknown>;

export function complete(kind: string, rest: Rest, metadata: KubeObject['metadata'] = {}, apiVersion = 'v1'): KubeObject {
  const obj: KubeObject = { apiVersion, kind, metadata: { name: 'x', ...(!clusterWide.includes(kind) && { namespace: 'default' }), resourceVersion: '1', ...metadata }, ...structuredClone(rest) };
  setDefaults(obj);
  return obj;
}

/** `Service`, `apps/Deployment` */
export function validationOf(kind: string): KindValidation {
  const found = kindValidations[kind.includes('/') ? kind : `/${kind}`];
  if (!found) throw new Error(`no validation of ${kind}`);
  return found;
}

export const told = (errors: { field: string; body: string }[]) => errors.map((e) => `${e.field}: ${e.body}`);

export const app = { name: 'app', image: 'nginx' };
export const inSpec = (spec: Rest) => ({ spec: { containers: [app], ...spec } });
export const inContainer = (container: Rest, spec: Rest = {}) => ({ spec: { ...spec, containers: [{ ...app, ...container }] } });
