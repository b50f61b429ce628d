import { describe, expect, onTestFinished, test } from 'vitest';
import type { EtcdClient } from '../../storage/etcd/client.ts';
import { newEmbeddedEtcd } from '../../storage/etcd/embedded/embedded.ts';
import { decodeJSON, followStore } from './store-view.ts';
import type { StoreMessage } from './store-view.ts';

const put = (etcd: EtcdClient, key: string, text: string) =>
  etcd.txn({ compare: [], success: [{ op: 'put', key, value: new TextEncoder().encode(text) }], failure: [] });
const remove = (etcd: EtcdClient, key: string) => etcd.txn({ compare: [], success: [{ op: 'deleteRange', key }], failure: [] });

function follow(etcd: EtcdClient) {
  const messages: StoreMessage[] = [];
  const left = new AbortController();
  const done = followStore({ stage: 'storage', etcd, prefix: '/registry', decode: decodeJSON, retryAfter: 0 }, (m) => messages.push(m), left.signal);
  onTestFinished(() => left.abort());
  const leave = async () => {
    left.abort();
    await done;
  };
  return { messages, leave };
}

test('tells first what is stored, then every change of it, and nothing of other keys', async () => {
  const etcd = newEmbeddedEtcd();
  await put(etcd, '/registry/pods/a', '{"kind":"Pod"}');
  await put(etcd, '/registry2/x', 'x');
  const { messages, leave } = follow(etcd);
  await expect.poll(() => messages.length).toBe(1);
  const { revision } = await put(etcd, '/registry/pods/a', 'k8s\0\xff');
  await remove(etcd, '/registry/pods/a');
  await put(etcd, '/other/x', 'x');
  await expect.poll(() => messages.flatMap((m) => m.events)).toHaveLength(3);
  const at = { key: '/registry/pods/a', createRevision: revision - 2 };
  const [first, ...later] = messages;
  expect(first).toEqual({
    type: 'store',
    stage: 'storage',
    revision: revision - 1,
    reset: true,
    events: [{ ...at, type: 'put', modRevision: revision - 2, version: 1, value: 'eyJraW5kIjoiUG9kIn0=', json: { kind: 'Pod' } }],
  });
  expect(later.flatMap((m) => m.events)).toEqual([
    { ...at, type: 'put', modRevision: revision, version: 2, value: 'azhzAMO/' },
    { type: 'delete', key: at.key, createRevision: 0, modRevision: revision + 1, version: 0, value: '' },
  ]);
  expect(later.map((m) => m.reset)).not.toContain(true);
  await leave();
});

test('starts over with all that is stored when its watch is lost', async () => {
  const etcd = newEmbeddedEtcd();
  await put(etcd, '/registry/a', '1');
  let ranges = 0;
  const flaky: EtcdClient = {
    ...etcd,
    range: (request) => (ranges++ === 1 ? Promise.reject(new Error('connection lost')) : etcd.range(request)),
    txn: (request) => etcd.txn(request),
    watch(request) {
      if (ranges > 2) return etcd.watch(request);
      const lost = etcd.watch(request);
      lost.cancel();
      return lost;
    },
  };
  const { messages, leave } = follow(flaky);
  await expect.poll(() => messages.filter((m) => m.reset).length).toBe(2);
  await put(etcd, '/registry/b', '2');
  await expect.poll(() => messages.at(-1)?.events.map((e) => e.key)).toEqual(['/registry/b']);
  await leave();
});

describe('stored bytes', () => {
  test.each([
    { text: '{"a":1}', json: { a: 1 } },
    { text: '{"a":', json: undefined },
    { text: 'k8s\0', json: undefined },
    { text: '', json: undefined },
  ])('$text are shown as $json', ({ text, json }) => {
    expect(decodeJSON(new TextEncoder().encode(text))).toEqual(json);
  });
});
