/**
 * Notes on which day a token out of a Secret was used last, and since when that is noted.
 *
 * Upstream: patchSecretWithLastUsedDate of pkg/serviceaccount/legacy.go, and pkg/controlplane/controller/legacytokentracking,
 * started by a post-start hook. Leaves out mending the ConfigMap while the server runs.
 */
import { stringMap } from '../apimachinery/access.ts';
import { newFieldManager } from '../apimachinery/managedfields/field-manager.ts';
import type { FieldManager } from '../apimachinery/managedfields/field-manager.ts';
import type { KubeObject } from '../apimachinery/types.ts';
import type { LabelSecret } from '../authentication/service-account/legacy.ts';
import type { Machinery } from '../endpoints/machinery.ts';
import { newBackgroundContext } from '../http/background.ts';
import type { RequestContext } from '../http/context.ts';
import { isAlreadyExists, isNotFound } from '../http/status.ts';
import type { RESTProvider } from '../registry/builtin.ts';
import { lookupSubresource } from '../registry/lookup.ts';
import type { UpdatedObjectInfo } from '../registry/rest.ts';
import type { ServerConfig } from './stage.ts';

type Config = Pick<ServerConfig, 'tracer' | 'clock' | 'log'>;

const NAMESPACE = 'kube-system';
const NAME = 'kube-apiserver-legacy-service-account-token-tracking';
const OPTIONS = { dryRun: false, fieldManager: 'kube-apiserver', fieldValidation: 'Ignore', forceAllowCreate: false } as const;
const nothing = async () => undefined;

const fieldsOf = ({ clock }: Config, { scheme }: Machinery, kind: string) => newFieldManager({ scheme, kind: { group: '', version: 'v1', kind }, subresource: '', clock });

/** What an update makes of the object that is there. */
function updating(fields: FieldManager, change: (live: KubeObject) => KubeObject): Pick<UpdatedObjectInfo, 'updatedObject'> {
  return { updatedObject: async (_ctx: RequestContext, live: KubeObject | undefined) => fields.update(live, change(live!), OPTIONS.fieldManager) };
}

/** A Secret that went or changed meanwhile is left alone: whose token it was is known already. */
export function newLabelSecret(config: Config, machinery: Machinery, rest: () => RESTProvider): LabelSecret {
  const fields = fieldsOf(config, machinery, 'Secret');
  return async function labelSecret({ metadata: { namespace = '', name = '', uid } }, labels) {
    const { update } = lookupSubresource(rest(), '', 'secrets', '');
    const info = updating(fields, (live) => ({ ...live, metadata: { ...live.metadata, labels: { ...live.metadata.labels, ...labels } } }));
    try {
      await update?.(newBackgroundContext(config.tracer, 'patch', namespace), name, { ...info, ...(uid && { preconditions: { uid } }) }, nothing, nothing, OPTIONS);
    } catch (err) {
      config.log.error(err, `Failed to label legacy service account token ${namespace}/${name} with last-used date`);
    }
  };
}

export async function publishLegacyTokenTracking(config: Config, machinery: Machinery, rest: RESTProvider): Promise<void> {
  const { create, update, get } = lookupSubresource(rest, '', 'configmaps', '');
  const fields = fieldsOf(config, machinery, 'ConfigMap');
  const since = new Date(config.clock.now()).toISOString().slice(0, 10);
  const context = (verb: string) => newBackgroundContext(config.tracer, verb, NAMESPACE);
  const existing = await get?.(context('get'), NAME, { resourceVersion: '' }).catch((err: unknown) => {
    if (!isNotFound(err)) throw err;
    return undefined;
  });
  if (!existing) {
    const made = fields.update(undefined, { apiVersion: 'v1', kind: 'ConfigMap', metadata: { namespace: NAMESPACE, name: NAME }, data: { since } }, OPTIONS.fieldManager);
    await create?.(context('create'), made, nothing, OPTIONS).catch((err: unknown) => {
      if (!isAlreadyExists(err)) throw err;
    });
  } else if (!isDate(stringMap(existing, 'data')['since'])) {
    await update?.(context('update'), NAME, updating(fields, (live) => ({ ...live, data: { ...stringMap(live, 'data'), since } })), nothing, nothing, OPTIONS);
  }
}

const isDate = (text = '') => /^\d{4}-\d\d-\d\d$/.test(text) && new Date(`${text}T00:00:00Z`).toJSON()?.slice(0, 10) === text;
