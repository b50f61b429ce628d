import { expect, test } from 'vitest';
import { encodeUnknown } from '../../../apimachinery/serializer/protobuf/unknown.ts';
import { newEmbeddedEtcd } from '../../../storage/etcd/embedded/embedded.ts';
import { newEtcdPortRange } from './port-range.ts';

const key = '/registry/ranges/servicenodeports';
const json = (data: string) => new TextEncoder().encode(JSON.stringify({ kind: 'RangeAllocation', apiVersion: 'v1', range: '30000-32767', data }));
const message = (...data: number[]) => encodeUnknown({ apiVersion: 'v1', kind: 'RangeAllocation' }, (writer) => writer.uint32(10).bytes(new Uint8Array()).uint32(18).string('30000-32767').uint32(26).bytes(Uint8Array.from(data)));

test.each([
  ['JSON', json(btoa('\x01\x02'))],
  ['protobuf', message(1, 2)],
])('goes on from what is stored as %s', async (_, value) => {
  const etcd = newEmbeddedEtcd();
  await etcd.txn({ compare: [], success: [{ op: 'put', key, value }], failure: [] });
  const range = newEtcdPortRange(etcd, '/registry', '30000-32767');
  const seen: bigint[] = [];
  const look = () => range.update((taken) => {
    seen.push(taken);
    return taken | 1n;
  });
  await look();
  await look();
  expect(seen).toEqual([0x102n, 0x103n]);
});
