import { trace } from '@opentelemetry/api';
import { expect, test } from 'vitest';
import { newScheme } from '../apimachinery/scheme.ts';
import { newTestRegistry, requestFor } from '../registry/registry.test-util.ts';
import { newEmbeddedEtcd } from '../storage/etcd/embedded/embedded.ts';
import { newMachinery } from '../endpoints/machinery.ts';
import { writeBootstrapObjects } from './post-start.ts';
import type { ServerConfig } from './stage.ts';

test('servers that start at once, and one that starts again, make everything once', async () => {
  const etcd = newEmbeddedEtcd();
  const machinery = newMachinery(newScheme());
  const config = { tracer: trace.getTracer('test'), externalAddress: '127.0.0.1:6443' } as ServerConfig;
  const start = () => writeBootstrapObjects(config, machinery, newTestRegistry({ etcd }).provider);
  await Promise.all([start(), start(), start()]);
  await start();
  const { rest } = newTestRegistry({ etcd });
  const newest = { resourceVersion: '' };
  expect(await rest('v1', 'services').get(requestFor({ namespace: 'default' }), 'kubernetes', newest)).toMatchObject({ spec: { clusterIP: '10.0.0.1' } });
  expect(await rest('networking.k8s.io/v1', 'ipaddresses').get(requestFor(), '10.0.0.1', newest)).toMatchObject({ spec: { parentRef: { name: 'kubernetes' } } });
  expect(await rest('networking.k8s.io/v1', 'servicecidrs').get(requestFor(), 'kubernetes', newest)).toMatchObject({ spec: { cidrs: ['10.0.0.0/24'] }, status: { conditions: [{ type: 'Ready', status: 'True' }] } });
});
