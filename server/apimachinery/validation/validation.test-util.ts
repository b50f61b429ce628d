/** Objects as the validator gets them, and what it says about them, line by line. */
import { newDefaulter } from '../defaulting/defaulter.ts';
import { newScheme } from '../scheme.ts';
import type { KubeObject } from '../types.ts';
import { newValidator } from './validator.ts';

const scheme = newScheme();
const setDefaults = newDefaulter(scheme);
const validator = newValidator(scheme);

export type Rest = Record<string, unknown> & { metadata?: KubeObject['metadata'] };

/** An object with its defaults; `name` may be `namespace/name`. */
export function complete(apiVersion: string, kind: string, name: string, rest: Rest): KubeObject {
  const [namespace, own = namespace] = name.split('/');
  const obj: KubeObject = { apiVersion, kind, ...structuredClone(rest), metadata: { name: own ?? '', ...(name.includes('/') && { namespace: namespace ?? '' }), resourceVersion: '1', ...rest.metadata } };
  setDefaults(obj);
  return obj;
}

const told = (errors: { field: string; body: string }[]) => errors.map((e) => `${e.field}: ${e.body}`);

/** How kinds of one version are checked. */
export function newChecks(apiVersion: string) {
  return {
    create: (kind: string, name: string, rest: Rest) => told(validator.validate(complete(apiVersion, kind, name, rest))),
    update: (kind: string, name: string, old: Rest, now: Rest) => told(validator.validateUpdate(complete(apiVersion, kind, name, now), complete(apiVersion, kind, name, old))),
    subresource: (subresource: string, kind: string, name: string, old: Rest, now: Rest) => told(validator.validateSubresource(subresource, complete(apiVersion, kind, name, now), complete(apiVersion, kind, name, old))),
  };
}
