import { trace } from '@opentelemetry/api';
import { expect, test } from 'vitest';
import { newScheme } from '../apimachinery/scheme.ts';
import { newMachinery } from '../endpoints/machinery.ts';
import { newTestRegistry, requestFor } from '../registry/registry.test-util.ts';
import { newLabelSecret, publishLegacyTokenTracking } from './legacy-token-tracking.ts';

const NAME = 'kube-apiserver-legacy-service-account-token-tracking';

function setUp() {
  const errors: string[] = [];
  const clock = { time: Date.UTC(2026, 0, 31, 23, 59), now: () => clock.time };
  const config = { clock, tracer: trace.getTracer('test'), log: { info: () => undefined, error: (_err: unknown, message: string) => void errors.push(message) } };
  return { errors, clock, config, machinery: newMachinery(newScheme()), ...newTestRegistry() };
}

test('says since when uses of tokens are noted, and mends what is no day', async () => {
  const { config, machinery, provider, rest, create, clock } = setUp();
  const read = () => rest('v1', 'configmaps').get(requestFor({ namespace: 'kube-system' }), NAME, { resourceVersion: '' });
  const publish = () => publishLegacyTokenTracking(config, machinery, provider);
  await Promise.all([publish(), publish()]);
  expect(await read()).toMatchObject({ data: { since: '2026-01-31' }, metadata: { managedFields: [{ manager: 'kube-apiserver' }] } });
  clock.time += 3600_000;
  await publish();
  expect(await read()).toMatchObject({ data: { since: '2026-01-31' } });
  for (const since of ['long', '2026-02-30', '2026-13-01']) {
    await rest('v1', 'configmaps').delete(requestFor({ namespace: 'kube-system' }), NAME, async () => undefined, { dryRun: false });
    await create('configmaps', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { namespace: 'kube-system', name: NAME }, data: { since, more: 'x' } });
    await publish();
    expect(await read()).toMatchObject({ data: { since: '2026-02-01', more: 'x' } });
  }
});

test('labels a Secret, but not another that has its name by now', async () => {
  const { config, machinery, provider, rest, create, errors } = setUp();
  const secret = await create('secrets', { apiVersion: 'v1', kind: 'Secret', metadata: { namespace: 'ns', name: 't', labels: { a: 'b' } } });
  const label = newLabelSecret(config, machinery, () => provider);
  await label(secret, { day: 'today' });
  const read = () => rest('v1', 'secrets').get(requestFor({ namespace: 'ns' }), 't', { resourceVersion: '' });
  expect(await read()).toMatchObject({ metadata: { labels: { a: 'b', day: 'today' } } });
  expect(errors).toEqual([]);
  await label({ ...secret, metadata: { ...secret.metadata, uid: 'other' } }, { day: 'tomorrow' });
  await label({ ...secret, metadata: { ...secret.metadata, name: 'gone' } }, { day: 'tomorrow' });
  expect(await read()).toMatchObject({ metadata: { labels: { day: 'today' } } });
  expect(errors).toEqual(['Failed to label legacy service account token ns/t with last-used date', 'Failed to label legacy service account token ns/gone with last-used date']);
});
