import { expect, test } from 'vitest';
import type { KubeObject } from '../apimachinery/types.ts';
import { pod } from '../registry/registry.test-util.ts';
import { attributesOf, readerOf, run } from './admission.test-util.ts';
import { newPriority } from './priority.ts';

const priorityClass = (name: string, value: number, fields: object = {}): KubeObject => ({ apiVersion: 'scheduling.k8s.io/v1', kind: 'PriorityClass', metadata: { name }, value, preemptionPolicy: 'PreemptLowerPriority', ...fields });
const high = priorityClass('high', 1000, { preemptionPolicy: 'Never' });
const withDefault = [high, priorityClass('usual', 7, { globalDefault: true })];

test.each([
  ['no class is 0', [high], {}, { priority: 0, preemptionPolicy: 'PreemptLowerPriority' }],
  ['no class is the default one', withDefault, {}, { priorityClassName: 'usual', priority: 7 }],
  ['a class is its number', withDefault, { priorityClassName: 'high' }, { priority: 1000, preemptionPolicy: 'Never' }],
  ['the number that the class has may be given', [high], { priorityClassName: 'high', priority: 1000 }, { priority: 1000 }],
])('%s', async (_what, classes, spec, expected) => {
  expect(await run(newPriority(readerOf(...classes)), attributesOf('pods', pod('p', spec)))).toMatchObject({ spec: expected });
});

test.each([
  [{ priorityClassName: 'none' }, 'pods "p" is forbidden: no PriorityClass with name none was found'],
  [{ priority: 5 }, 'pods "p" is forbidden: the integer value of priority (5) must not be provided in pod spec; priority admission controller computed 0 from the given PriorityClass name'],
  [{ priorityClassName: 'high', preemptionPolicy: 'PreemptLowerPriority' }, 'pods "p" is forbidden: the string value of PreemptionPolicy (PreemptLowerPriority) must not be provided in pod spec; priority admission controller computed Never from the given PriorityClass name'],
])('refuses a Pod with %j', async (spec, message) => {
  await expect(run(newPriority(readerOf(high)), attributesOf('pods', pod('p', spec)))).rejects.toMatchObject({ message, status: { code: 403 } });
});

test('an update that leaves them out keeps priority and policy, and changes nothing that is stored', async () => {
  const stored = pod('p', { priority: 1000, preemptionPolicy: 'Never' });
  const sent = { ...pod('p') };
  const spec = sent.spec;
  expect(await run(newPriority(readerOf()), attributesOf('pods', sent, { oldObject: stored }))).toMatchObject({ spec: { priority: 1000, preemptionPolicy: 'Never' } });
  expect(spec).not.toHaveProperty('priority');
});

test('there is one default class', async () => {
  const plugin = newPriority(readerOf(...withDefault));
  const second = priorityClass('second', 8, { globalDefault: true });
  await expect(run(plugin, attributesOf('priorityclasses', second))).rejects.toThrow('PriorityClass usual is already marked as default. Only one default can exist');
  const same = priorityClass('usual', 7, { globalDefault: true });
  expect(await run(plugin, attributesOf('priorityclasses', same, { oldObject: same }))).toBe(same);
});
