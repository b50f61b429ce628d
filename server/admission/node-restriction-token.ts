/**
 * Tokens that a kubelet asks for: only for a Pod that runs on its node, and for an audience that one of the Pod's volumes
 * wants.
 *
 * Upstream: admitServiceAccount, validateNodeServiceAccountAudience and podReferencesAudience of
 * plugin/pkg/admission/noderestriction/admission.go, and of k8s.io/csi-translation-lib the drivers' names.
 */
import type { Fields } from '../apimachinery/access.ts';
import { isFields, strings, struct, structs, text, texts } from '../apimachinery/access.ts';
import { quote } from '../apimachinery/quote.ts';
import type { KubeObject } from '../apimachinery/types.ts';
import type { Authorizer } from '../authorization/interfaces.ts';
import { newAggregate } from '../http/aggregate.ts';
import type { RequestContext } from '../http/context.ts';
import { newNotFound } from '../http/status.ts';
import type { Attributes } from './interfaces.ts';
import { existing } from './node-restriction-pod.ts';
import type { NodeRestrictionReaders, Restriction } from './node-restriction.ts';

/** The drivers of volumes that had a field of their own before there was CSI. */
const MIGRATED: Record<string, string> = {
  awsElasticBlockStore: 'ebs.csi.aws.com',
  gcePersistentDisk: 'pd.csi.storage.gke.io',
  cinder: 'cinder.csi.openstack.org',
  azureDisk: 'disk.csi.azure.com',
  azureFile: 'file.csi.azure.com',
  vsphereVolume: 'csi.vsphere.vmware.com',
  portworxVolume: 'pxd.portworx.com',
};

const messageOf = (err: unknown) => (err instanceof Error ? err.message : String(err));

export function newTokenRestriction({ pods, claims, volumes, csiDrivers }: NodeRestrictionReaders, authorizer: Authorizer): Restriction {
  return async function restrictToken(nodeName, attributes, ctx) {
    const { operation, subresource, object, namespace } = attributes;
    if (operation !== 'CREATE' || subresource !== 'token' || !object) return undefined;
    const spec = struct(object, 'spec');
    const [apiVersion, kind, name, uid] = texts(struct(spec, 'boundObjectRef'), 'apiVersion', 'kind', 'name', 'uid');
    if (apiVersion !== 'v1' || kind !== 'Pod' || name === '') return 'node requested token not bound to a pod';
    if (uid === '') return 'node requested token with a pod binding without a uid';
    const pod = await existing(pods, ctx, 'pod', namespace, name);
    if (uid !== pod.metadata.uid) return `the UID in the bound object reference (${uid}) does not match the UID in record. The object might have been deleted and then recreated`;
    if (text(struct(pod, 'spec'), 'nodeName') !== nodeName) return 'node requested token bound to a pod scheduled on a different node';
    const audiences = strings(spec, 'audiences');
    if (audiences.length > 1) return 'node may only request 0 or 1 audiences';
    return restrictAudience(ctx, pod, audiences[0] ?? '', attributes);
  };

  async function restrictAudience(ctx: RequestContext, pod: KubeObject, audience: string, { user, namespace, name }: Attributes): Promise<string | undefined> {
    const { found, errors } = await podReferencesAudience(ctx, pod, audience);
    if (found || !user) return undefined;
    if (errors.length > 0) return `error validating audience ${quote(audience)}: ${newAggregate(errors).message}`;
    const about = { user, verb: 'request-serviceaccounts-token-audience', isResourceRequest: true, path: '', namespace, apiGroup: '', apiVersion: 'v1', resource: audience, subresource: '', name };
    const missing = `audience ${quote(audience)} not found in pod spec volume, `;
    try {
      if ((await authorizer.authorize(ctx, about)).decision === 'allow') return undefined;
    } catch (err) {
      return `${missing}error authorizing ${user.name} to request tokens for this audience: ${messageOf(err)}`;
    }
    return `${missing}${user.name} is not authorized to request tokens for this audience`;
  }

  /** By a projected volume, or by the driver of any other. */
  async function podReferencesAudience(ctx: RequestContext, pod: KubeObject, audience: string): Promise<{ found: boolean; errors: string[] }> {
    const errors: string[] = [];
    for (const volume of structs(struct(pod, 'spec'), 'volumes')) {
      const tokens = structs(struct(volume, 'projected'), 'sources').flatMap(({ serviceAccountToken }) => (isFields(serviceAccountToken) ? [serviceAccountToken] : []));
      if (tokens.some((token) => text(token, 'audience') === audience)) return { found: true, errors };
      try {
        const driver = await driverOf(ctx, pod, volume);
        if (driver !== '' && (await driverHasAudience(ctx, driver, audience))) return { found: true, errors };
      } catch (err) {
        errors.push(messageOf(err));
      }
    }
    return { found: false, errors };
  }

  async function driverOf(ctx: RequestContext, { metadata: { name = '', namespace = '' } }: KubeObject, volume: Fields): Promise<string> {
    if (isFields(struct(volume, 'ephemeral')['volumeClaimTemplate'])) return driverOfClaim(ctx, namespace, `${name}-${text(volume, 'name')}`);
    if (isFields(volume['persistentVolumeClaim'])) return driverOfClaim(ctx, namespace, text(volume['persistentVolumeClaim'], 'claimName'));
    return driverOfSource(volume);
  }

  async function driverOfClaim(ctx: RequestContext, namespace: string, claimName: string): Promise<string> {
    const claim = await existing(claims, ctx, 'persistentvolumeclaim', namespace, claimName);
    const volume = await existing(volumes, ctx, 'persistentvolume', '', text(struct(claim, 'spec'), 'volumeName'));
    return driverOfSource(struct(volume, 'spec'));
  }

  async function driverHasAudience(ctx: RequestContext, name: string, audience: string): Promise<boolean> {
    const driver = await csiDrivers.get(ctx, '', name);
    if (!driver) throw newNotFound({ group: 'storage.k8s.io', resource: 'csidriver' }, name);
    return structs(struct(driver, 'spec'), 'tokenRequests').some((request) => text(request, 'audience') === audience);
  }
}

function driverOfSource(source: Fields): string {
  if (isFields(source['csi'])) return text(source['csi'], 'driver');
  return Object.entries(MIGRATED).find(([field]) => isFields(source[field]))?.[1] ?? '';
}
