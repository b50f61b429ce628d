/**
 * PersistentVolumeClaimResize: a claim grows only if it is bound, and its class allows that.
 *
 * Upstream: plugin/pkg/admission/storage/persistentvolume/resize/admission.go.
 */
import { struct, text } from '../apimachinery/access.ts';
import { compareQuantity, parseQuantity } from '../apimachinery/quantity.ts';
import type { KubeObject } from '../apimachinery/types.ts';
import { newForbidden } from './errors.ts';
import type { Admission } from './interfaces.ts';
import { isAbout } from './on.ts';
import type { Reader } from './reader.ts';

export function newPersistentVolumeClaimResize(classes: Reader): Admission {
  return {
    name: 'PersistentVolumeClaimResize',
    handles: (operation) => operation === 'UPDATE',
    async validate(ctx, attributes) {
      const { oldObject: old } = attributes;
      if (!isAbout(attributes, 'persistentvolumeclaims') || !old) return;
      if (compareQuantity(sizeOf(attributes.object), sizeOf(old)) <= 0) return;
      if (text(struct(old, 'status'), 'phase') !== 'Bound') throw newForbidden(attributes, 'Only bound persistent volume claims can be expanded');
      const name = classOf(attributes.object);
      const found = name !== '' && name === classOf(old) ? await classes.get(ctx, '', name) : undefined;
      if (found?.['allowVolumeExpansion'] === true) return;
      throw newForbidden(attributes, 'only dynamically provisioned pvc can be resized and the storageclass that provisions the pvc must support resize');
    },
  };
}

function sizeOf(claim: KubeObject) {
  const { storage } = struct(struct(struct(claim, 'spec'), 'resources'), 'requests');
  return parseQuantity(typeof storage === 'string' || typeof storage === 'number' ? String(storage) : '0');
}

const classOf = (claim: KubeObject) => claim.metadata.annotations?.['volume.beta.kubernetes.io/storage-class'] ?? text(struct(claim, 'spec'), 'storageClassName');
