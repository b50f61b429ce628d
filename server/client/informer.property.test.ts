/** Whatever goes wrong on the way: an informer ends up with what the server has, and what it told makes sense. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { KubeObject } from '../apimachinery/types.ts';
import { lastKnown } from './the-real-fifo.ts';
import type { DeletedFinalStateUnknown } from './the-real-fifo.ts';
import { newRESTClient } from './rest-client.ts';
import { newSharedIndexInformer } from './shared-informer.ts';
import { newCluster } from './testing/cluster.ts';
import type { Cluster } from './testing/cluster.ts';
import { eventually } from './testing/eventually.ts';
import { newFakeClock } from './testing/fake-clock.ts';
import { newUnreliable } from './testing/unreliable.ts';
import type { Unreliable } from './testing/unreliable.ts';

const CONFIG_MAPS = { group: '', version: 'v1', resource: 'configmaps' };
const NAMESPACE = 'default';
const OTHERS = 'kube-public';

type Step = { do: 'create' | 'update' | 'delete'; name: string } | { do: 'elsewhere' | 'cut' | 'garble' | 'compact' | 'restart' | 'down' | 'up' | 'wait' } | { do: 'fail'; count: number; how: 'busy' | 'error' };

const name = fc.constantFrom('a', 'b', 'c', 'd');
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 12, arbitrary: fc.record({ do: fc.constantFrom('create' as const, 'update' as const, 'delete' as const), name }) },
  { weight: 5, arbitrary: fc.record({ do: fc.constantFrom('elsewhere' as const, 'cut' as const, 'garble' as const, 'compact' as const, 'down' as const, 'up' as const, 'wait' as const) }) },
  { weight: 1, arbitrary: fc.constant({ do: 'restart' as const }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('fail' as const), count: fc.integer({ min: 1, max: 3 }), how: fc.constantFrom('busy' as const, 'error' as const) }) },
);

async function apply(each: Step, { client, etcd, restart }: Cluster, way: Unreliable): Promise<void> {
  const api = client.resource(CONFIG_MAPS, NAMESPACE);
  const map = (mapName: string, namespace: string): KubeObject => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: mapName, namespace }, data: { value: crypto.randomUUID() } });
  // what is there already, or is not, stays so
  const ignore = () => undefined;
  if (each.do === 'create') await api.create(map(each.name, NAMESPACE)).catch(ignore);
  else if (each.do === 'update') await api.update(map(each.name, NAMESPACE)).catch(ignore);
  else if (each.do === 'delete') await api.delete(each.name).catch(ignore);
  else if (each.do === 'elsewhere') await client.resource(CONFIG_MAPS, OTHERS).create({ ...map('', OTHERS), metadata: { generateName: 'x-', namespace: OTHERS } });
  else if (each.do === 'cut') way.cut();
  else if (each.do === 'garble') way.garble();
  else if (each.do === 'fail') way.fail(each.count, each.how);
  else if (each.do === 'restart') await restart();
  else if (each.do === 'compact') await etcd.compact((await etcd.range({ key: '/registry' })).revision).catch(ignore);
  else if (each.do === 'wait') await new Promise((resolve) => setTimeout(resolve, 5));
  else way.down(each.do === 'down');
}

const version = ({ metadata: { resourceVersion } }: KubeObject) => Number(resourceVersion);
const key = ({ metadata }: KubeObject) => metadata.name ?? '';

/** Follows the events as a controller would, and notes what cannot be. */
function newWitness() {
  const known = new Map<string, KubeObject>();
  const seen = new Map<string, number>();
  const wrong: string[] = [];
  const check = (holds: boolean, what: string, obj: KubeObject) => holds || wrong.push(`${what}: ${key(obj)}@${version(obj)}`);
  const newer = (obj: KubeObject, what: string) => {
    check(version(obj) > (seen.get(key(obj)) ?? 0), `${what} that is not newer than ${seen.get(key(obj))}`, obj);
    seen.set(key(obj), version(obj));
    known.set(key(obj), obj);
  };
  return {
    known,
    wrong,
    handler: {
      onAdd(obj: KubeObject) {
        check(!known.has(key(obj)), 'an addition of what is known', obj);
        newer(obj, 'an addition');
      },
      onUpdate(old: KubeObject, obj: KubeObject) {
        check(seen.get(key(obj)) === version(old), 'an update of another version than was told', obj);
        newer(obj, 'an update');
      },
      onDelete(deleted: KubeObject | DeletedFinalStateUnknown<KubeObject>) {
        const obj = lastKnown(deleted);
        check(known.has(key(obj)), 'a deletion of what is not known', obj);
        check(version(obj) >= (seen.get(key(obj)) ?? 0), 'a deletion of an older version', obj);
        seen.set(key(obj), version(obj));
        known.delete(key(obj));
      },
    },
  };
}

const versions = (objects: readonly KubeObject[]) => objects.map((obj) => `${key(obj)}@${version(obj)}`).sort();

test.each([{ useWatchList: true }, { useWatchList: false }])('an informer is in step in the end, and tells no event twice or out of order: %j', async ({ useWatchList }) => {
  const cluster = await newCluster();
  const api = cluster.client.resource(CONFIG_MAPS, NAMESPACE);
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 40 }), async (steps) => {
      await api.deleteCollection();
      const way = newUnreliable(cluster.transport);
      const clock = newFakeClock(Date.now());
      const client = newRESTClient({ transport: way.transport, userAgent: 'informer', clock });
      const informer = newSharedIndexInformer<KubeObject>(client.resource(CONFIG_MAPS, NAMESPACE), { name: 'configmaps', clock, log: { info: () => undefined, error: () => undefined }, useWatchList });
      const witness = newWitness();
      informer.addEventHandler(witness.handler);
      const stop = new AbortController();
      const running = informer.run(stop.signal);
      for (const each of steps) {
        await apply(each, cluster, way);
        clock.step(700);
      }
      way.down(false);
      const expected = versions((await api.list()).items);
      await eventually(() => JSON.stringify(versions(informer.getIndexer().list())) === JSON.stringify(expected), () => clock.step(500));
      await eventually(() => JSON.stringify(versions([...witness.known.values()])) === JSON.stringify(expected));
      stop.abort();
      clock.step(1);
      await running;
      expect(witness.wrong).toEqual([]);
    }),
    { numRuns: 25 },
  );
}, 60_000);
