import { expect, onTestFinished, test } from 'vitest';
import { EtcdUnavailableError } from '../../storage/etcd/client.ts';
import type { EtcdClient, EtcdWatch, WatchRequest } from '../../storage/etcd/client.ts';
import { newEmbeddedEtcd } from '../../storage/etcd/embedded/embedded.ts';
import { interruptible } from './interruptible.ts';
import { RevisionLog } from './revision-log.ts';
import { compactNow } from './storage-view.ts';

const put = (etcd: EtcdClient, key: string) => etcd.txn({ compare: [], success: [{ op: 'put', key, value: new TextEncoder().encode('x') }], failure: [] });

function start() {
  const inner = newEmbeddedEtcd();
  onTestFinished(() => inner.close());
  return { inner, etcd: interruptible(inner) };
}

/** The keys that a watch told, and how it ended. */
async function read(watch: EtcdWatch, keys: string[]): Promise<string> {
  try {
    for await (const { events } of watch) keys.push(...events.map(({ kv }) => kv.key));
    return 'ended';
  } catch (err) {
    return err instanceof EtcdUnavailableError ? 'lost' : String(err);
  }
}

test.each<[string, (etcd: EtcdClient) => Promise<unknown>]>([
  ['range', (etcd) => etcd.range({ key: 'a' })],
  ['txn', (etcd) => put(etcd, 'a')],
  ['leaseGrant', (etcd) => etcd.leaseGrant(10)],
  ['leaseRevoke', (etcd) => etcd.leaseRevoke('1')],
  ['compact', (etcd) => etcd.compact(1)],
])('a stopped etcd cannot be reached by %s', async (_name, call) => {
  const { etcd } = start();
  etcd.stop();
  await expect(call(etcd)).rejects.toThrow(EtcdUnavailableError);
});

test('nothing is written while it is stopped, and nothing is lost', async () => {
  const { etcd } = start();
  await put(etcd, 'a');
  etcd.stop();
  await expect(put(etcd, 'b')).rejects.toThrow('connection refused');
  etcd.start();
  await put(etcd, 'c');
  const { kvs, revision } = await etcd.range({ key: '\0', rangeEnd: '\0' });
  expect([kvs.map(({ key }) => key), revision]).toEqual([['a', 'c'], 3]);
});

test('on a slow disk a write comes to something only after a while, and reads do not wait', async () => {
  const { etcd } = start();
  etcd.slow(50);
  const write = put(etcd, 'a');
  expect((await etcd.range({ key: 'a' })).count).toBe(0);
  await write;
  expect((await etcd.range({ key: 'a' })).count).toBe(1);
});

test('an answer under way is lost with the connection', async () => {
  const { inner } = start();
  const slow = Promise.withResolvers<void>();
  const etcd = interruptible({ ...inner, range: async (request) => (await slow.promise, inner.range(request)) });
  const answer = etcd.range({ key: 'a' });
  etcd.stop();
  etcd.start();
  slow.resolve();
  await expect(answer).rejects.toThrow(EtcdUnavailableError);
});

test('a watch loses its connection, and another goes on where it was', async () => {
  const { etcd } = start();
  const [first, second]: [string[], string[]] = [[], []];
  const ending = read(etcd.watch({ key: '\0', rangeEnd: '\0' }), first);
  const { revision } = await put(etcd, 'a');
  await expect.poll(() => first).toEqual(['a']);
  etcd.stop();
  expect(await ending).toBe('lost');
  expect(await read(etcd.watch({ key: '\0', rangeEnd: '\0' }), second)).toBe('lost');
  etcd.start();
  await put(etcd, 'b');
  const resumed = etcd.watch({ key: '\0', rangeEnd: '\0', startRevision: revision + 1 });
  const end = read(resumed, second);
  await expect.poll(() => second).toEqual(['b']);
  resumed.cancel();
  expect(await end).toBe('ended');
});

test('a log knows what was written at each revision, also before it began, and what is forgotten', async () => {
  const { etcd } = start();
  await put(etcd, '/registry/pods/default/a');
  await put(etcd, '/registry/pods/default/a');
  const log = new RevisionLog();
  const left = new AbortController();
  const done = log.follow(etcd, () => undefined, left.signal);
  await etcd.txn({ compare: [], success: [{ op: 'deleteRange', key: '/registry/pods/default/a' }], failure: [] });
  await expect.poll(() => log.written.map(({ revision, how }) => `${revision} ${how}`)).toEqual(['2 created', '3 changed', '4 deleted']);
  await compactNow(etcd);
  await expect.poll(() => [log.revision, log.compacted]).toEqual([5, 4]);
  left.abort();
  await done;
});

test('a log that comes after a compaction begins there', async () => {
  const { etcd } = start();
  for (const key of ['a', 'b', 'c']) await put(etcd, key);
  await etcd.compact(4);
  const log = new RevisionLog();
  const left = new AbortController();
  onTestFinished(() => left.abort());
  void log.follow(etcd, () => undefined, left.signal);
  await expect.poll(() => [log.compacted, log.written.map(({ key }) => key)]).toEqual([4, ['c']]);
});

test('a log of an etcd with a long past begins near its end, and knows what is forgotten', async () => {
  const { etcd } = start();
  await compactNow(etcd);
  for (let n = 0; n < 200; n++) await put(etcd, `/registry/pods/default/${n}`);
  await compactNow(etcd);
  for (let n = 0; n < 100; n++) await put(etcd, `/registry/pods/default/${n}`);
  let told = 0;
  const watched = { ...etcd, watch: (request: WatchRequest) => (told = request.startRevision ?? 0, etcd.watch(request)) };
  const log = new RevisionLog();
  const left = new AbortController();
  onTestFinished(() => left.abort());
  void log.follow(watched, () => undefined, left.signal);
  await expect.poll(() => [log.revision, log.written.length]).toEqual([303, 60]);
  expect(log.compacted).toBe(202);
  expect(told).toBe(243);
});
