/**
 * Secrets that a Pod refers to, and whether its account lets it.
 *
 * Upstream: limitSecretReferences and limitEphemeralContainerSecretReferences of
 * plugin/pkg/admission/serviceaccount/admission.go; VisitPodSecretNames of pkg/api/pod/util.go.
 */
import type { Fields } from '../apimachinery/access.ts';
import { isFields, struct, structs, text } from '../apimachinery/access.ts';
import type { KubeObject } from '../apimachinery/types.ts';

const ENFORCE = 'kubernetes.io/enforce-mountable-secrets';
const CONTAINERS: [field: string, called: string][] = [['initContainers', 'init container'], ['containers', 'container']];

/** Why not, or ''. Accounts that do not enforce it allow every secret. */
export function limitSecretReferences(account: KubeObject, spec: Fields, ephemeral: boolean): string {
  if (!/^(1|t|true)$/i.test(account.metadata.annotations?.[ENFORCE] ?? '')) return '';
  const name = account.metadata.name ?? '';
  const not = (what: string) => `${what} is not allowed because service account ${name} does not reference that secret`;
  const mountable = namesIn(account, 'secrets');
  const inContainers = (kinds: typeof CONTAINERS) =>
    kinds.flatMap(([field, called]) => structs(spec, field).flatMap((c) => references(c).filter(({ secret }) => !mountable.has(secret)).map(({ by }) => not(`${called} ${text(c, 'name')} with ${by}`))));
  if (ephemeral) return inContainers([['ephemeralContainers', 'ephemeral container']])[0] ?? '';
  const volumes = structs(spec, 'volumes').flatMap((v) => (isFields(v['secret']) ? text(v['secret'], 'secretName') : [])).filter((secret) => !mountable.has(secret));
  const pull = namesIn(account, 'imagePullSecrets');
  const pulls = structs(spec, 'imagePullSecrets').flatMap((s, i) =>
    pull.has(text(s, 'name')) ? [] : `imagePullSecrets[${i}].name="${text(s, 'name')}" is not allowed because service account ${name} does not reference that imagePullSecret`,
  );
  return [...volumes.map((secret) => not(`volume with secret.secretName="${secret}"`)), ...inContainers(CONTAINERS), ...pulls][0] ?? '';
}

const namesIn = (account: KubeObject, field: string) => new Set(structs(account, field).map((ref) => text(ref, 'name')));

/** The secrets that a container's environment comes from. */
function references(container: Fields): { secret: string; by: string }[] {
  const variables = structs(container, 'env').flatMap((env) => {
    const ref = struct(env, 'valueFrom')['secretKeyRef'];
    return isFields(ref) ? [{ secret: text(ref, 'name'), by: `envVar ${text(env, 'name')} referencing secret.secretName="${text(ref, 'name')}"` }] : [];
  });
  const whole = structs(container, 'envFrom').flatMap(({ secretRef }) =>
    isFields(secretRef) ? [{ secret: text(secretRef, 'name'), by: `envFrom referencing secret.secretName="${text(secretRef, 'name')}"` }] : [],
  );
  return [...variables, ...whole];
}

/** Whether anything in a Pod names a Secret: pulling, environment, volumes of any type. */
export function refersToSecrets(spec: Fields): boolean {
  const containers = ['initContainers', 'containers', 'ephemeralContainers'].flatMap((field) => structs(spec, field));
  return structs(spec, 'imagePullSecrets').length > 0 || containers.some((c) => references(c).length > 0) || structs(spec, 'volumes').some(namesSecret);
}

function namesSecret(volume: Fields): boolean {
  return Object.values(volume).some((source) => {
    if (!isFields(source)) return false;
    const projected = structs(source, 'sources').some((s) => isFields(s['secret']));
    return projected || ['secretName', 'secretRef', 'nodePublishSecretRef'].some((field) => source[field] !== undefined);
  });
}
