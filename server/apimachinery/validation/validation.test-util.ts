/** Objects as the validator gets them, and what it says about them, line by line. */
import { newDefaulter } from '../defaulting/defaulter.ts';
import type { FieldError } from '../field.ts';
import { newScheme } from '../scheme.ts';
import type { KubeObject } from '../types.ts';
import { newValidator } from './validator.ts';

const scheme = newScheme();
const setDefaults = newDefaulter(scheme);
const validator = newValidator(scheme);

export type Rest = Record<string, unknown> & { metadata?: KubeObject['metadata'] };

export const told = (errors: FieldError[]) => errors.map((e) => `${e.field}: ${e.body}`);

/** How objects of one kind and name are checked, with their defaults; `name` may be `namespace/name`. */
export function checksOf(apiVersion: string, kind: string, name: string) {
  const [namespace, own = namespace] = name.split('/');
  const complete = (rest: Rest): KubeObject => {
    const metadata = { name: own ?? '', ...(name.includes('/') && { namespace: namespace ?? '' }), resourceVersion: '1', ...rest.metadata };
    const obj: KubeObject = { apiVersion, kind, ...structuredClone(rest), metadata };
    setDefaults(obj);
    return obj;
  };
  return {
    create: (rest: Rest) => told(validator.validate(complete(rest))),
    update: (old: Rest, now: Rest) => told(validator.validateUpdate(complete(now), complete(old))),
    subresource: (subresource: string, old: Rest, now: Rest) => told(validator.validateSubresource(subresource, complete(now), complete(old))),
  };
}

/** How kinds of one version are checked. */
export function newChecks(apiVersion: string) {
  return {
    create: (kind: string, name: string, rest: Rest) => checksOf(apiVersion, kind, name).create(rest),
    update: (kind: string, name: string, old: Rest, now: Rest) => checksOf(apiVersion, kind, name).update(old, now),
    subresource: (subresource: string, kind: string, name: string, old: Rest, now: Rest) => checksOf(apiVersion, kind, name).subresource(subresource, old, now),
  };
}

export const app = { name: 'app', image: 'nginx' };
export const inSpec = (spec: Rest): Rest => ({ spec: { containers: [app], ...spec } });
export const inContainer = (container: Rest, spec: Rest = {}): Rest => ({ spec: { ...spec, containers: [{ ...app, ...container }] } });
