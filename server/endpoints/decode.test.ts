import { expect, test } from 'vitest';
import type { KubeObject } from '../apimachinery/types.ts';
import { requestFor } from '../registry/registry.test-util.ts';
import { dedupOwnerReferences } from './decode.ts';

const owner = (name: string, uid: string) => ({ apiVersion: 'v1', kind: 'Pod', name, uid });

test.each([
  ['that say the same are one', [owner('a', '1'), owner('b', '2'), owner('a', '1')], [owner('a', '1'), owner('b', '2')], 1],
  ['that say different things of one uid stay', [owner('a', '1'), owner('b', '1')], [owner('a', '1'), owner('b', '1')], 0],
])('owner references %s', (_what, ownerReferences, expected, warnings) => {
  const ctx = requestFor();
  const obj: KubeObject = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a', ownerReferences } };
  dedupOwnerReferences(ctx, obj);
  expect(obj.metadata.ownerReferences).toEqual(expected);
  expect([...(ctx.warnings as Set<string>)]).toHaveLength(warnings);
});
