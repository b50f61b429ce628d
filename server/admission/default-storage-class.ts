/**
 * DefaultStorageClass: a claim that names no class gets the one that is marked as default.
 *
 * Upstream: plugin/pkg/admission/storage/storageclass/setdefault/admission.go, pkg/volume/util/storageclass.go.
 */
import type { KubeObject } from '../apimachinery/types.ts';
import type { Admission } from './interfaces.ts';
import { isAbout, ownSpec } from './on.ts';
import type { Reader } from './reader.ts';

const DEFAULT_CLASS = ['storageclass.kubernetes.io/is-default-class', 'storageclass.beta.kubernetes.io/is-default-class'];
/** The claim's class before there was a field for it. */
const BETA_CLASS = 'volume.beta.kubernetes.io/storage-class';

export function newDefaultStorageClass(classes: Reader): Admission {
  return {
    name: 'DefaultStorageClass',
    handles: (operation) => operation === 'CREATE',
    async admit(ctx, attributes) {
      if (!isAbout(attributes, 'persistentvolumeclaims')) return;
      const spec = ownSpec(attributes.object);
      if (spec['storageClassName'] !== undefined || attributes.object.metadata.annotations?.[BETA_CLASS] !== undefined) return;
      const [newest] = (await classes.list(ctx)).filter(isDefault).sort(newestFirst);
      if (newest) spec['storageClassName'] = newest.metadata.name;
    },
  };
}

const isDefault = ({ metadata }: KubeObject) => DEFAULT_CLASS.some((annotation) => metadata.annotations?.[annotation] === 'true');

function newestFirst({ metadata: a }: KubeObject, { metadata: b }: KubeObject): number {
  const [at, bt] = [a.creationTimestamp ?? '', b.creationTimestamp ?? ''];
  if (at !== bt) return at > bt ? -1 : 1;
  return (a.name ?? '') < (b.name ?? '') ? -1 : 1;
}
