import { expect, test } from 'vitest';
import { allow, newTestRegistry, requestFor } from '../registry.test-util.ts';

const classOf = (name: string, value: number) => ({ apiVersion: 'scheduling.k8s.io/v1', kind: 'PriorityClass', metadata: { name }, value });

test("the system's priority classes stay, the others go", async () => {
  const registry = newTestRegistry();
  await registry.create('priorityclasses', classOf('mine', 5));
  const classes = registry.rest('scheduling.k8s.io/v1', 'priorityclasses');
  expect(await classes.delete(requestFor(), 'mine', allow, { dryRun: false })).toMatchObject({ deleted: true });
  await expect(classes.delete(requestFor(), 'system-node-critical', allow, { dryRun: true })).rejects.toMatchObject({
    message: 'priorityclasses.scheduling.k8s.io "system-node-critical" is forbidden: this is a system priority class and cannot be deleted',
    status: { code: 403 },
  });
});
