import { expect, test } from 'vitest';
import type { KubeObject, TypeMeta } from '../apimachinery/types.ts';
import type { RequestContext } from '../http/context.ts';
import { newNotFound } from '../http/status.ts';
import { AuditContext } from './context.ts';
import { newEvent } from './event.ts';
import type { Level } from './policy.ts';
import { logRequestObject, logRequestPatch, logResponseObject } from './request.ts';

const scope = { resource: { group: 'apps', version: 'v1', resource: 'deployments' }, subresource: '' };
const managedFields = [{ manager: 'm' }];
const deployment: KubeObject = { kind: 'Deployment', apiVersion: 'apps/v1', metadata: { name: 'web', namespace: 'n', uid: 'u', resourceVersion: '7', managedFields }, spec: { text: '<&>' } };
const without = '{"kind":"Deployment","apiVersion":"apps/v1","metadata":{"name":"web","namespace":"n","uid":"u","resourceVersion":"7"},"spec":{"text":"\\u003c\\u0026\\u003e"}}';
const whole = without.replace('"7"}', '"7","managedFields":[{"manager":"m"}]}');
const bytes = (text: string) => new TextEncoder().encode(text);

function audited(level: Level, write: (ctx: RequestContext) => void, { omitManagedFields = false, objectRef = {} } = {}) {
  const audit = new AuditContext({ ...newEvent('id'), objectRef });
  audit.init({ level, omitStages: [], omitManagedFields }, { processEvents: () => true });
  write({ audit } as RequestContext);
  return audit.event;
}

const bodies = (ctx: RequestContext) => {
  logRequestObject(ctx, deployment, scope);
  logResponseObject(ctx, deployment);
};

test.each<[Level, boolean, string | undefined, string | undefined]>([
  ['None', false, undefined, undefined],
  ['Metadata', false, undefined, undefined],
  ['Request', false, whole, undefined],
  ['RequestResponse', false, whole, whole],
  ['RequestResponse', true, without, without],
])('at level %s, managed fields omitted: %s, the bodies are %s and %s', (level, omitManagedFields, requestObject, responseObject) => {
  const event = audited(level, bodies, { omitManagedFields });
  expect([event.requestObject, event.responseObject]).toEqual([requestObject, responseObject]);
  expect(deployment.metadata.managedFields).toBe(managedFields);
});

test('nothing is encoded below the level that wants it', () => {
  const encode = () => {
    throw new Error('encoded');
  };
  audited('Request', (ctx) => logResponseObject(ctx, deployment, encode));
  expect(() => audited('RequestResponse', (ctx) => logResponseObject(ctx, deployment, encode))).toThrow('encoded');
});

test('nothing is noted where nothing is audited, or nobody has said yet how much', () => {
  bodies({ audit: undefined } as RequestContext);
  const audit = new AuditContext(newEvent('id'));
  bodies({ audit } as RequestContext);
  logRequestPatch({ audit } as RequestContext, bytes('{}'));
  expect(audit.event).toEqual(newEvent('id'));
});

test('the object completes the reference, and changes nothing that the path has said', () => {
  const write = (ctx: RequestContext) => logRequestObject(ctx, deployment, { ...scope, subresource: 'status' });
  const own = { name: 'web', namespace: 'n', uid: 'u', resourceVersion: '7' };
  expect(audited('Metadata', write).objectRef).toEqual({ ...own, resource: 'deployments', apiGroup: 'apps', apiVersion: 'v1', subresource: 'status' });
  expect(audited('Metadata', write, { objectRef: { name: 'other', apiVersion: 'v1', resource: 'pods' } }).objectRef).toEqual({ ...own, name: 'other', resource: 'pods', apiVersion: 'v1', subresource: 'status' });
});

test('options have no metadata that could complete it', () => {
  const options = { kind: 'DeleteOptions', apiVersion: 'v1', propagationPolicy: 'Background' };
  const event = audited('Request', (ctx) => logRequestObject(ctx, options, scope), { objectRef: { name: 'web' } });
  expect(event.objectRef).toEqual({ name: 'web', resource: 'deployments', apiGroup: 'apps', apiVersion: 'v1' });
  expect(event.requestObject).toBe('{"kind":"DeleteOptions","apiVersion":"v1","propagationPolicy":"Background"}');
});

test.each([
  ['{ "b" : [ 1, 2.50 ],\n"a": "x y\\" <", "a": null }', '{"b":[1,2.50],"a":"x y\\" \\u003c","a":null}'],
  ['[{"op":"remove","path":"/a"}]', '[{"op":"remove","path":"/a"}]'],
  ['kind: ConfigMap', undefined],
  ['{"a":', undefined],
])('the patch %j is written down as %j', (patch, requestObject) => {
  expect(audited('Request', (ctx) => logRequestPatch(ctx, bytes(patch))).requestObject).toBe(requestObject);
});

test('a patch is not written down below level Request', () => {
  expect(audited('Metadata', (ctx) => logRequestPatch(ctx, bytes('{}'))).requestObject).toBeUndefined();
});

test('an answer that is a Status is told of at every level', () => {
  const { status } = newNotFound({ group: '', resource: 'pods' }, 'p');
  const { kind: _kind, apiVersion: _apiVersion, ...said } = status;
  const event = (level: Level) => audited(level, (ctx) => logResponseObject(ctx, status));
  expect(event('None').responseStatus).toBeUndefined();
  expect(event('Metadata')).toMatchObject({ responseStatus: said });
  expect(event('RequestResponse')).toMatchObject({ responseStatus: said, responseObject: JSON.stringify(status) });
});

test.each<[string, TypeMeta & { items?: unknown[]; rows?: unknown[] }]>([
  ['a list', { kind: 'DeploymentList', apiVersion: 'apps/v1', items: [deployment, deployment] }],
  ['a table', { kind: 'Table', apiVersion: 'meta.k8s.io/v1', rows: [{ cells: ['web'], object: deployment }, { cells: ['gone'], object: null }] }],
])('managed fields are omitted from what %s shows', (_what, obj) => {
  const event = (omitManagedFields: boolean) => audited('RequestResponse', (ctx) => logResponseObject(ctx, obj), { omitManagedFields }).responseObject;
  expect(event(false)).toContain('managedFields');
  expect(event(true)).toBe(event(false)?.replaceAll(',"managedFields":[{"manager":"m"}]', ''));
});
