/**
 * What kube-apiserver v1.36.2 has stored: objects of all built-in kinds, with their keys, their bytes, and the JSON
 * that it answered for each; written by kubectl, kube-controller-manager and kube-scheduler.
 */
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { KubeObject } from '../../server/apimachinery/types.ts';
import { newStorageCodec } from '../../server/apimachinery/serializer/storage-codec.ts';
import { newMachinery } from '../../server/endpoints/machinery.ts';
import { request } from '../bad-input/request.ts';
import { startEtcd } from '../setup/etcd.ts';
import type { RunningEtcd } from '../setup/etcd.ts';
import { startStage } from '../stage-process.ts';
import type { StageProcess } from '../stage-process.ts';
import { withEtcd } from './ask.ts';

interface Recorded {
  key: string;
  value: string;
  path: string;
  object: KubeObject;
}

const recorded = JSON.parse(readFileSync(new URL('recorded/kube-apiserver-v1.36.2.json', import.meta.url), 'utf8')) as Recorded[];
const each = recorded.map((record) => [record.key, record] as const);

const bytesOf = ({ value }: Recorded) => new Uint8Array(Buffer.from(value, 'base64'));

describe('the bytes under a key', () => {
  const { factory } = newMachinery();
  const codec = newStorageCodec(factory, { group: '', version: 'v1', kind: '' }, 'application/vnd.kubernetes.protobuf');

  test.each(each)('%s are the same, read and written again', (_, record) => {
    const bytes = bytesOf(record);
    const written = codec.encode(codec.decode(bytes));
    expect(Buffer.from(written).toString('latin1')).toBe(Buffer.from(bytes).toString('latin1'));
  });
});

describe('an etcd that kube-apiserver has written', () => {
  let etcd: RunningEtcd;
  let stage: StageProcess;

  beforeAll(async () => {
    etcd = await startEtcd();
    await withEtcd(etcd.endpoint, async (client) => {
      for (const record of recorded) await client.txn({ compare: [], success: [{ op: 'put', key: record.key, value: bytesOf(record) }], failure: [] });
    });
    stage = await startStage('watch', [`--etcd-servers=${etcd.endpoint}`]);
  });
  afterAll(async () => {
    await stage.stop();
    await etcd.stop();
  });

  const read = async (path: string) => {
    const { status, body } = await request(stage, 'GET', path);
    expect({ path, status }).toEqual({ path, status: 200 });
    return JSON.parse(body) as KubeObject;
  };

  test.each(each)('is read: %s', async (_, { path, object }) => {
    const { metadata, ...rest } = await read(path);
    const { resourceVersion: _theirs, ...recordedMetadata } = object.metadata;
    const { resourceVersion: _ours, ...readMetadata } = metadata;
    expect({ ...rest, metadata: readMetadata }).toEqual({ ...object, metadata: recordedMetadata });
  });

  const putBack = async ({ path }: Recorded) => {
    const object = await read(path);
    const { status, body } = await request(stage, 'PUT', path, { 'content-type': 'application/json' }, JSON.stringify(object));
    expect({ path, status }).toEqual({ path, status: 200 });
    return { before: object.metadata.resourceVersion, after: (JSON.parse(body) as KubeObject).metadata.resourceVersion };
  };

  // its phase is a default, which kube-apiserver too writes down at the first update
  const fresh = '/registry/persistentvolumeclaims/rich/data';

  test.each(each.filter(([key]) => key !== fresh))('is not written by who puts back what is there: %s', async (_, record) => {
    const { before, after } = await putBack(record);
    expect(after).toBe(before);
  });

  test('is written where a default was not stored yet', async () => {
    const { before, after } = await putBack(recorded.find(({ key }) => key === fresh)!);
    expect(after).not.toBe(before);
  });

  test('is one that the complete server starts on', async () => {
    const complete = await startStage('apiserver', [`--etcd-servers=${etcd.endpoint}`]);
    expect(await request(complete, 'GET', '/readyz')).toMatchObject({ status: 200 });
    await complete.stop();
  });
});
