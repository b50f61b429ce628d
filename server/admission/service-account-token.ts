/**
 * The volume with an account's token, the cluster's certificate and the namespace, as every Pod has it by default.
 *
 * Upstream: mountServiceAccountToken and TokenVolumeSource of plugin/pkg/admission/serviceaccount/admission.go.
 */
import type { Fields } from '../apimachinery/access.ts';
import { structs, text } from '../apimachinery/access.ts';
import { generateName } from '../apimachinery/generate-name.ts';

const VOLUME_PREFIX = 'kube-api-access-';
const MOUNT_PATH = '/var/run/secrets/kubernetes.io/serviceaccount';
/** An hour, and the seven seconds by which tokens of this volume are known. */
const EXPIRATION_SECONDS = 3607;

/** Containers that mount something else there keep it. */
export function mountServiceAccountToken(spec: Fields): void {
  const volumes = structs(spec, 'volumes');
  const existing = volumes.find((v) => text(v, 'name').startsWith(VOLUME_PREFIX));
  const name = existing ? text(existing, 'name') : generateName(VOLUME_PREFIX);
  let mounted = false;
  for (const field of ['initContainers', 'containers']) {
    if (spec[field] === undefined) continue;
    spec[field] = structs(spec, field).map((container) => {
      const mounts = structs(container, 'volumeMounts');
      if (mounts.some((mount) => text(mount, 'mountPath') === MOUNT_PATH)) return container;
      mounted = true;
      return { ...container, volumeMounts: [...mounts, { name, readOnly: true, mountPath: MOUNT_PATH }] };
    });
  }
  if (!existing && mounted) spec['volumes'] = [...volumes, { name, projected: tokenVolumeSource() }];
}

function tokenVolumeSource(): Fields {
  return {
    defaultMode: 0o644,
    sources: [
      { serviceAccountToken: { path: 'token', expirationSeconds: EXPIRATION_SECONDS } },
      { configMap: { name: 'kube-root-ca.crt', items: [{ key: 'ca.crt', path: 'ca.crt' }] } },
      { downwardAPI: { items: [{ path: 'namespace', fieldRef: { apiVersion: 'v1', fieldPath: 'metadata.namespace' } }] } },
    ],
  };
}
