import { expect, test } from 'vitest';
import type { KubeObject } from '../apimachinery/types.ts';
import { attributesOf, readerOf, run } from './admission.test-util.ts';
import { newDefaultStorageClass } from './default-storage-class.ts';
import { newPersistentVolumeClaimResize } from './persistent-volume-claim-resize.ts';
import { newStorageObjectInUseProtection } from './storage-object-in-use-protection.ts';

const marked = { 'storageclass.kubernetes.io/is-default-class': 'true' };
const storageClass = (name: string, metadata: object = {}, fields: object = {}): KubeObject => ({ apiVersion: 'storage.k8s.io/v1', kind: 'StorageClass', metadata: { name, ...metadata }, ...fields });
const claim = (spec: object = {}, fields: object = {}): KubeObject => ({ apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: { name: 'c', namespace: 'ns' }, spec, ...fields });

const old = storageClass('old', { annotations: marked, creationTimestamp: '2026-01-01T00:00:00Z' });
const young = storageClass('young', { annotations: marked, creationTimestamp: '2026-02-01T00:00:00Z' });

test.each([
  ['the default class', [storageClass('other'), old], {}, 'old'],
  ['the newest of several', [old, young], {}, 'young'],
  ['the class that it names', [old], { storageClassName: 'mine' }, 'mine'],
  ['no class if it says so', [old], { storageClassName: '' }, ''],
  ['none where none is the default', [storageClass('other')], {}, undefined],
])('a claim gets %s', async (_what, classes, spec, expected) => {
  const made = await run(newDefaultStorageClass(readerOf(...classes)), attributesOf('persistentvolumeclaims', claim(spec)));
  expect((made.spec as { storageClassName?: string }).storageClassName).toBe(expected);
});

test.each([
  ['persistentvolumeclaims', claim(), ['kubernetes.io/pvc-protection']],
  ['persistentvolumes', { apiVersion: 'v1', kind: 'PersistentVolume', metadata: { name: 'v', finalizers: ['example.com/f'] } }, ['example.com/f', 'kubernetes.io/pv-protection']],
  ['persistentvolumes', { apiVersion: 'v1', kind: 'PersistentVolume', metadata: { name: 'v', finalizers: ['kubernetes.io/pv-protection'] } }, ['kubernetes.io/pv-protection']],
  ['volumeattributesclasses', { apiVersion: 'storage.k8s.io/v1', kind: 'VolumeAttributesClass', metadata: { name: 'a' } }, ['kubernetes.io/vac-protection']],
  ['storageclasses', storageClass('s'), undefined],
] as [string, KubeObject, string[] | undefined][])('%s are protected while they are used', async (resource, obj, finalizers) => {
  expect((await run(newStorageObjectInUseProtection(), attributesOf(resource, obj))).metadata.finalizers).toEqual(finalizers);
});

const sized = (storage: string, fields: object = {}) => claim({ storageClassName: 'grows', resources: { requests: { storage } } }, fields);
const bound = { status: { phase: 'Bound' } };
const grows = readerOf(storageClass('grows', {}, { allowVolumeExpansion: true }));

test.each([
  ['grow where its class allows it', grows, sized('2Gi'), sized('1Gi', bound)],
  ['stay as it is, in other words', readerOf(), sized('1024Mi'), sized('1Gi')],
  ['ask for less, which is for validation to refuse', readerOf(), sized('1Gi'), sized('2Gi')],
])('a claim may %s', async (_what, classes, sent, stored) => {
  expect(await run(newPersistentVolumeClaimResize(classes), attributesOf('persistentvolumeclaims', sent, { oldObject: stored }))).toBe(sent);
});

test.each([
  ['before it is bound', grows, sized('1Gi'), 'Only bound persistent volume claims can be expanded'],
  ['where its class says nothing', readerOf(storageClass('grows')), sized('1Gi', bound), 'only dynamically provisioned pvc can be resized and the storageclass that provisions the pvc must support resize'],
  ['where its class is gone', readerOf(), sized('1Gi', bound), 'only dynamically provisioned pvc can be resized'],
])('a claim may not grow %s', async (_what, classes, stored, message) => {
  await expect(run(newPersistentVolumeClaimResize(classes), attributesOf('persistentvolumeclaims', sized('2Gi'), { oldObject: stored }))).rejects.toThrow(message);
});
