import type { Request, Response } from 'express';
import { expect, test } from 'vitest';
import type { APIResourceFacts } from '../apimachinery/facts/facts.ts';
import type { RequestScope } from '../endpoints/scope.ts';
import type { ServerMetrics } from '../observe/metrics/server-metrics.ts';
import type { Connecter, RESTStorage } from '../registry/rest.ts';
import { installAPIGroupVersion } from './api-installer.ts';

const table = { convertToTable: () => { throw new Error('not asked for'); } };
const facts = (resource: string, subresource = ''): APIResourceFacts => ({
  resource,
  responseKind: { group: '', version: '', kind: 'Thing' },
  scope: 'Namespaced',
  singularResource: '',
  verbs: [],
  ...(subresource !== '' && { subresources: [{ subresource, responseKind: { group: '', version: '', kind: 'ThingOptions' }, verbs: [] }] }),
});

function install(resource: APIResourceFacts, storages: Record<string, Partial<RESTStorage>>, kind = 'Thing') {
  const metrics: Partial<ServerMetrics> = { requests: { instrumentRoute: (_endpoint, _clock, to) => to, recordTermination: () => undefined, recordDropped: () => undefined, watchEvents: () => () => undefined } };
  const scope = { kind: { group: '', version: 'v1', kind }, metrics } as RequestScope;
  return installAPIGroupVersion({ group: '', version: 'v1' }, { version: 'v1', resources: [resource] }, (_facts, subresource) => {
    const rest = storages[subresource];
    return rest && { rest: { namespaced: true, table, ...rest }, scope };
  });
}

const connecter = (fields: Partial<Connecter>): Connecter => ({ methods: ['GET', 'POST'], tail: false, verb: 'connect', options: () => ({ kind: '', apiVersion: '', metadata: {} }), connect: async () => undefined, ...fields });
const routes = (subresource: Connecter) => install(facts('things', 'way'), { way: { connect: subresource } }).routes.map(({ method, path, verb, produces }) => [method, path, verb, produces?.[0]]);

test('a connecter has its methods at its path', () => {
  const path = '/namespaces/{namespace}/things/{name}/way';
  expect(routes(connecter({}))).toEqual([['GET', path, 'connect', undefined], ['POST', path, 'connect', undefined]]);
  expect(routes(connecter({ methods: ['GET'], verb: 'get', produces: ['text/plain'] }))).toEqual([['GET', path, 'get', 'text/plain']]);
});

test('a proxy has all that is below its path, too', () => {
  const path = '/namespaces/{namespace}/things/{name}/way';
  expect(routes(connecter({ methods: ['PUT'], tail: true })).map(([, at]) => at)).toEqual([path, `${path}/{path:*}`]);
});

test.each([
  ['Endpoints', ['v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice']],
  ['Thing', []],
])('requests for %s are warned of %j', async (kind, warnings) => {
  const service = install(facts('things'), { '': { get: () => Promise.reject(new Error('unasked')) } }, kind);
  const ctx = { warnings: new Set<string>(), span: { isRecording: () => false } };
  // the handler behind fails for want of a whole request; the warning comes before it
  await Promise.resolve(service.routes[0]?.to({ ctx, headers: {}, url: '/' } as unknown as Request, { headersSent: true } as Response, {})).catch(() => undefined);
  expect([...ctx.warnings]).toEqual(warnings);
});
