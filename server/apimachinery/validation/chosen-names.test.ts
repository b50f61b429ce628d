/** Names that every object of JavaScript has, chosen by a user: they mean what any other unknown name means. */
import { expect, test } from 'vitest';
import { newDefaulter } from '../defaulting/defaulter.ts';
import { newScheme } from '../scheme.ts';
import { newValidator } from './validator.ts';

const scheme = newScheme();
const setDefaults = newDefaulter(scheme);
const validator = newValidator(scheme);
const template = { metadata: { labels: { a: 'b' } }, spec: { containers: [{ name: 'a', image: 'a' }] } };

test.each<[kind: string, apiVersion: string, fields: (name: string) => object]>([
  ['Secret', 'v1', (type) => ({ type })],
  ['LimitRange', 'v1', (name) => ({ spec: { limits: [{ type: 'Container', max: { [name]: '1' }, min: { cpu: '1' } }] } })],
  ['ResourceQuota', 'v1', (scope) => ({ spec: { hard: { pods: '1' }, scopes: [scope] } })],
  ['ReplicationController', 'v1', (name) => ({ spec: { selector: { a: `${name}/b`, [name]: 'b' }, template } })],
  ['Pod', 'v1', (type) => ({ metadata: { name: 'a', namespace: 'b', annotations: { 'seccomp.security.alpha.kubernetes.io/pod': 'unconfined' } }, spec: { ...template.spec, securityContext: { seccompProfile: { type } } } })],
  ['HorizontalPodAutoscaler', 'autoscaling/v2', (type) => ({ spec: { maxReplicas: 1, scaleTargetRef: { kind: 'a', name: 'a' }, metrics: [{ type }] } })],
  ['MutatingAdmissionPolicy', 'admissionregistration.k8s.io/v1', (patchType) => ({ spec: { mutations: [{ patchType }] } })],
])('a %s is checked as with any other name', (kind, apiVersion, fields) => {
  const told = (name: string) => {
    const obj = { apiVersion, kind, metadata: { name: 'a', namespace: 'b' }, ...fields(name) };
    setDefaults(obj);
    return validator.validate(obj).map(({ field, body }) => `${field}: ${body}`.replaceAll(name, 'NAME'));
  };
  for (const name of ['constructor', 'toString', 'hasOwnProperty']) expect(told(name)).toEqual(told('another'));
});
