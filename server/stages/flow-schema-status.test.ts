import { expect, test } from 'vitest';
import type { KubeObject } from '../apimachinery/types.ts';
import { newMachinery } from '../endpoints/machinery.ts';
import { FlowController } from '../flowcontrol/flow-control.ts';
import { newTestRegistry, requestFor } from '../registry/registry.test-util.ts';
import { defaultServerConfig } from './default-config.ts';
import { newFlowSchemaStatuses } from './flow-schema-status.ts';

const GROUP = 'flowcontrol.apiserver.k8s.io/v1';
const rules = [{ subjects: [{ kind: 'User', user: { name: 'alice' } }], nonResourceRules: [{ verbs: ['*'], nonResourceURLs: ['*'] }] }];
const schema = (): KubeObject => ({ apiVersion: GROUP, kind: 'FlowSchema', metadata: { name: 's' }, spec: { priorityLevelConfiguration: { name: 'low' }, matchingPrecedence: 50, rules } });
const level: KubeObject = { apiVersion: GROUP, kind: 'PriorityLevelConfiguration', metadata: { name: 'low' }, spec: { type: 'Limited', limited: { nominalConcurrencyShares: 5, limitResponse: { type: 'Reject' } } } };
const message = 'This FlowSchema references the PriorityLevelConfiguration object named "low"';

test('says whether the priority level is there, and changes nothing where that is said', async () => {
  const registry = newTestRegistry();
  const statuses = newFlowSchemaStatuses(defaultServerConfig(), newMachinery(), registry.provider, new FlowController({ clock: Date, serverConcurrencyLimit: 600 }), new AbortController().signal);
  const read = () => registry.rest(GROUP, 'flowschemas').get(requestFor(), 's', { resourceVersion: '' });
  statuses.upsert(await registry.create('flowschemas', schema()));

  await statuses.start();
  const dangling = await read();
  expect(dangling).toMatchObject({ status: { conditions: [{ type: 'Dangling', status: 'True', reason: 'NotFound', message: `${message} but there is no such object`, lastTransitionTime: expect.any(String) }] } });
  expect(dangling.metadata.managedFields).toMatchObject([{ manager: 'api-priority-and-fairness-config-consumer-v1', operation: 'Apply', subresource: 'status' }]);

  statuses.upsert(dangling);
  statuses.upsert(await registry.create('prioritylevelconfigurations', level));
  await statuses.start();
  const found = await read();
  expect(found).toMatchObject({ status: { conditions: [{ status: 'False', reason: 'Found', message: `${message} and it exists` }] } });

  statuses.upsert(found);
  await statuses.start();
  expect((await read()).metadata.resourceVersion).toBe(found.metadata.resourceVersion);
});

test('does not write the same status more than six times a minute, however often another server disagrees', async () => {
  const registry = newTestRegistry();
  let now = 0;
  const clock = { now: () => now };
  const statuses = newFlowSchemaStatuses(defaultServerConfig({ clock }), newMachinery(), registry.provider, new FlowController({ clock, serverConcurrencyLimit: 600 }), new AbortController().signal);
  // all that is ever known of it here is that it has no status
  statuses.upsert(await registry.create('flowschemas', schema()));
  const seen = new Set<string | undefined>();
  const disagree = async () => {
    now += 1000;
    await statuses.start();
    seen.add((await registry.rest(GROUP, 'flowschemas').get(requestFor(), 's', { resourceVersion: '' })).metadata.resourceVersion);
  };
  for (let i = 0; i < 10; i++) await disagree();
  expect(seen.size).toBe(6);
  now += 60_000;
  await disagree();
  expect(seen.size).toBe(7);
});
