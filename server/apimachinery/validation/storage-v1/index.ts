/**
 * The kinds of storage.k8s.io/v1.
 *
 * Upstream: pkg/apis/storage/validation/validation.go.
 */
import type { KindValidation } from '../kind-validation.ts';
import { volumeAttachment } from './attachments.ts';
import { storageClass, volumeAttributesClass } from './classes.ts';
import { csiDriver, csiNode, csiStorageCapacity } from './csi.ts';

export const storageV1: Record<string, KindValidation> = {
  CSIDriver: csiDriver, CSINode: csiNode, CSIStorageCapacity: csiStorageCapacity, StorageClass: storageClass,
  VolumeAttachment: volumeAttachment, VolumeAttributesClass: volumeAttributesClass,
};
