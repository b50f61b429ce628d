/**
 * ServiceAccount: a Pod runs as an account of its namespace, has its token mounted, and pulls images with its secrets.
 *
 * Upstream: plugin/pkg/admission/serviceaccount/admission.go. What an account's annotation forbids to mount is in
 * mountable-secrets.ts.
 */
import { isFields, struct, structs, text } from '../apimachinery/access.ts';
import type { Fields } from '../apimachinery/access.ts';
import type { KubeObject } from '../apimachinery/types.ts';
import type { RequestContext } from '../http/context.ts';
import { newForbidden } from './errors.ts';
import type { Admission, Attributes } from './interfaces.ts';
import { limitSecretReferences, refersToSecrets } from './mountable-secrets.ts';
import { isAbout, ownSpec } from './on.ts';
import type { Reader } from './reader.ts';
import { mountServiceAccountToken } from './service-account-token.ts';

const DEFAULT_NAME = 'default';
const MIRROR_POD = 'kubernetes.io/config.mirror';
/** A new namespace's default account is made by a controller, which may take a moment. */
const DEFAULT_ATTEMPTS = 10;

export function newServiceAccount(accounts: Reader): Admission {
  return {
    name: 'ServiceAccount',
    handles: (operation) => operation === 'CREATE' || operation === 'UPDATE',
    async admit(ctx, attributes) {
      if (attributes.operation !== 'CREATE' || !isAbout(attributes, 'pods') || isMirror(attributes.object)) return;
      const spec = ownSpec(attributes.object);
      if (text(spec, 'serviceAccountName') === '') spec['serviceAccountName'] = DEFAULT_NAME;
      // the old name of the same field
      spec['serviceAccount'] = spec['serviceAccountName'];
      const account = await accountOf(ctx, attributes, spec);
      if (spec['automountServiceAccountToken'] ?? account['automountServiceAccountToken'] ?? true) mountServiceAccountToken(spec);
      const secrets = structs(account, 'imagePullSecrets').map((secret) => ({ name: text(secret, 'name') }));
      if (structs(spec, 'imagePullSecrets').length === 0 && secrets.length > 0) spec['imagePullSecrets'] = secrets;
    },
    async validate(ctx, attributes) {
      const ephemeral = attributes.operation === 'UPDATE' && attributes.subresource === 'ephemeralcontainers';
      if (!(ephemeral || attributes.operation === 'CREATE') || !isAbout({ ...attributes, subresource: ephemeral ? '' : attributes.subresource }, 'pods')) return;
      const pod: Partial<KubeObject> & Pick<KubeObject, 'metadata'> = attributes.object ?? { metadata: {} };
      const spec = struct(pod, 'spec');
      if (!ephemeral && isMirror(pod)) return refuseMirror(attributes, spec);
      if (text(spec, 'serviceAccountName') === '') throw newForbidden(attributes, `no service account specified for pod ${attributes.namespace}/${pod.metadata.name ?? ''}`);
      const account = await accountOf(ctx, attributes, spec);
      const refusal = limitSecretReferences(account, spec, ephemeral);
      if (refusal !== '') throw newForbidden(attributes, refusal);
    },
  };

  async function accountOf(ctx: RequestContext, attributes: Attributes, spec: Fields): Promise<KubeObject> {
    const { namespace } = attributes;
    const name = text(spec, 'serviceAccountName');
    const attempts = name === DEFAULT_NAME ? DEFAULT_ATTEMPTS : 1;
    const pause = 100 + Math.random() * 100;
    for (let attempt = 1; ; attempt++) {
      const found = await accounts.get(ctx, namespace, name);
      if (found) return found;
      if (attempt >= attempts) throw newForbidden(attributes, `error looking up service account ${namespace}/${name}: serviceaccount "${name}" not found`);
      await new Promise((resolve) => setTimeout(resolve, pause));
    }
  }
}

const isMirror = ({ metadata }: Pick<KubeObject, 'metadata'>) => metadata.annotations?.[MIRROR_POD] !== undefined;

/** A mirror Pod stands for one that a kubelet runs by itself: it can have nothing from the API. */
function refuseMirror(attributes: Attributes, spec: Fields): void {
  if (text(spec, 'serviceAccountName') !== '') throw newForbidden(attributes, 'a mirror pod may not reference service accounts');
  if (refersToSecrets(spec)) throw newForbidden(attributes, 'a mirror pod may not reference secrets');
  const projects = structs(spec, 'volumes').some((v) => structs(struct(v, 'projected'), 'sources').some((source) => isFields(source['serviceAccountToken'])));
  if (projects) throw newForbidden(attributes, 'a mirror pod may not use ServiceAccountToken volume projections');
}
