import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { serve } from '../mux/serve.test-util.ts';
import type { Server } from '../mux/serve.test-util.ts';
import { codec } from './codec.ts';
import { defaultServerConfig } from './default-config.ts';
import { mux } from './mux.ts';
import type { Stage } from './stage.ts';

const admin = { token: 't', user: { name: 'admin', groups: ['system:masters'] } };
const deployment = { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web' }, spec: { replica: 3, template: { spec: { containers: [{ name: 'c', image: 'nginx' }] } } } };
const hpa = { apiVersion: 'autoscaling/v2', kind: 'HorizontalPodAutoscaler', metadata: { name: 'web' }, spec: { maxReplicas: 5, metrics: [] } };

const deployments = '/apis/apps/v1/namespaces/default/deployments';
const hpas = (version: string) => `/apis/autoscaling/${version}/namespaces/default/horizontalpodautoscalers`;
const protobuf = 'application/vnd.kubernetes.protobuf';

/** A stage over HTTP, as an administrator. */
async function start(stage: Stage) {
  const built = stage.build(defaultServerConfig({ tokens: [admin] }));
  const server: Server = await serve((req, res) => void built.handler(req, res));
  async function send(path: string, body?: object, headers: Record<string, string> = {}) {
    const response = await fetch(server.url + path, {
      headers: { authorization: 'Bearer t', ...(body && { 'content-type': 'application/json' }), ...headers },
      ...(body && { method: 'POST', body: JSON.stringify(body) }),
    });
    return { status: response.status, warning: response.headers.get('warning'), text: await response.text() };
  }
  return {
    send,
    async close() {
      await built.close();
      await server.close();
    },
  };
}

describe.each([
  {
    stage: mux,
    what: 'keeps what it is sent, each version for itself',
    deployment: { spec: deployment.spec },
    warning: null,
    strict: 201,
    table: ['Name', 'Created At'],
    protobuf: 406,
    otherVersion: 404,
  },
  {
    stage: codec,
    what: 'keeps objects of known kinds, in one version',
    deployment: { spec: { replicas: 1, revisionHistoryLimit: 10 } },
    warning: '299 - "unknown field \\"spec.replica\\""',
    strict: 400,
    table: ['Name', 'Ready', 'Up-to-date', 'Available', 'Age', 'Containers', 'Images', 'Selector'],
    protobuf: 200,
    otherVersion: 200,
  },
])('stage $stage.name', (expected) => {
  let server: Awaited<ReturnType<typeof start>>;
  beforeAll(async () => {
    server = await start(expected.stage);
  });
  afterAll(() => server.close());

  test(expected.what, async () => {
    const strict = await server.send(`${deployments}?fieldValidation=Strict`, { ...deployment, metadata: { name: 'strict' } });
    expect(strict.status).toBe(expected.strict);
    const created = await server.send(deployments, deployment);
    expect(created).toMatchObject({ status: 201, warning: expected.warning });
    expect(JSON.parse(created.text)).toMatchObject(expected.deployment);

    const table = await server.send(deployments, undefined, { accept: 'application/json;as=Table;v=v1;g=meta.k8s.io' });
    expect(JSON.parse(table.text)).toMatchObject({ columnDefinitions: expected.table.map((name) => ({ name })) });
    expect(await server.send(deployments, undefined, { accept: protobuf })).toMatchObject({ status: expected.protobuf });

    expect(await server.send(hpas('v2'), hpa)).toMatchObject({ status: 201 });
    expect(await server.send(`${hpas('v1')}/web`)).toMatchObject({ status: expected.otherVersion });
  });
});
