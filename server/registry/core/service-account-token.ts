/**
 * TokenRequest issues a token for a service account, for a time and for audiences, perhaps bound to a Pod, a Secret or a
 * node and good as long as that is there (`kubectl create token`, and the kubelet for every Pod).
 *
 * Upstream: pkg/registry/core/serviceaccount/storage/token.go, pkg/apis/authentication/validation.
 */
import type { Fields } from '../../apimachinery/access.ts';
import { int, isFields, strings, struct, texts, text } from '../../apimachinery/access.ts';
import type { FieldError } from '../../apimachinery/field.ts';
import { invalid, newPath } from '../../apimachinery/field.ts';
import { parseGroupVersion } from '../../apimachinery/types.ts';
import type { KubeObject } from '../../apimachinery/types.ts';
import { addAuditAnnotation } from '../../audit/context.ts';
import { credentialIDForJTI } from '../../authentication/service-account.ts';
import { generateToken } from '../../authentication/service-account/jwt.ts';
import type { Signer } from '../../authentication/service-account/keys.ts';
import { newClaims } from '../../authentication/service-account/validator.ts';
import type { ClaimsOptions, Ref } from '../../authentication/service-account/validator.ts';
import type { RequestContext } from '../../http/context.ts';
import { requestInfoFrom } from '../../http/context.ts';
import { isNotFound, newBadRequest, newConflict, newInternalError, newInvalid } from '../../http/status.ts';
import { formatTime } from '../../apimachinery/serializer/go-time.ts';
import type { RESTStorage, TableConvertor } from '../rest.ts';
import type { Store } from '../store.ts';
import { withRequest } from './with-request.ts';

export interface TokenIssuer {
  issuer: string;
  /** Whom a token is for that names nobody. */
  apiAudiences: string[];
  /** Seconds that no token may live longer than; 0 for no limit. */
  maxExpirationSeconds: number;
  signer(): Promise<Signer>;
}

const KIND = { group: 'authentication.k8s.io', kind: 'TokenRequest' };
const MIN_EXPIRATION_SECONDS = 600;
const MAX_EXPIRATION_SECONDS = 2 ** 32;
/** What the kubelet asks for on behalf of the volume that admission gives each Pod: such a token lives on for a year. */
const WARN_ONLY_EXPIRATION_SECONDS = 3607;
const EXTENDED_EXPIRATION_SECONDS = 365 * 24 * 3600;
const NEWEST = { resourceVersion: '' };

type TokenStore = Pick<Store, 'get' | 'namespaced' | 'clock'>;

export interface TokenStores {
  serviceAccounts: TokenStore;
  pods: TokenStore;
  secrets: TokenStore;
  nodes: TokenStore;
}

export function newTokenREST({ serviceAccounts, pods, secrets, nodes }: TokenStores, { issuer, apiAudiences, maxExpirationSeconds, signer }: TokenIssuer, table: TableConvertor): RESTStorage {
  const bindable = new Map([['Pod', pods], ['Secret', secrets], ['Node', nodes]]);
  return {
    namespaced: true,
    table,
    preservesSystemFields: true,
    async create(ctx, request, validate) {
      const { name, namespace } = requestInfoFrom(ctx);
      checkName(request, name);
      const account = await serviceAccounts.get(ctx, name, NEWEST);
      const { uid = '' } = account.metadata;
      if (request.metadata.uid && request.metadata.uid !== uid) {
        throw newConflict({ group: KIND.group, resource: KIND.kind }, name, `the UID in the token request (${request.metadata.uid}) does not match the UID of the service account (${uid})`);
      }
      const now = serviceAccounts.clock.now();
      const asked = struct(request, 'spec');
      const audiences = strings(asked, 'audiences').length > 0 ? strings(asked, 'audiences') : apiAudiences;
      const spec: Fields = { ...asked, audiences, expirationSeconds: int(asked, 'expirationSeconds') ?? 3600, boundObjectRef: asked['boundObjectRef'] ?? null };
      const metadata = { ...request.metadata, name, namespace, uid, creationTimestamp: formatTime(now) };
      const token: KubeObject = { ...request, metadata, spec, status: {} };
      const errors = validateTokenRequest(spec);
      if (errors.length > 0) throw newInvalid(KIND, '', errors);
      await validate(ctx, token);

      const bound = isFields(spec['boundObjectRef']) ? await bind(ctx, spec['boundObjectRef'], name, namespace) : {};
      const expirationSeconds = shortened(ctx, int(spec, 'expirationSeconds') ?? 0);
      spec['expirationSeconds'] = expirationSeconds;
      const extended = bound.pod !== undefined && expirationSeconds === WARN_ONLY_EXPIRATION_SECONDS && audiences.every((each) => apiAudiences.includes(each));
      const lifetime = extended ? { expirationSeconds: EXTENDED_EXPIRATION_SECONDS, warnAfter: expirationSeconds } : { expirationSeconds, warnAfter: 0 };
      const claims = newClaims({ account, bound, audiences, ...lifetime, now });
      const signed = await generateToken(await signer(), { ...claims, iss: issuer });
      addAuditAnnotation(ctx, 'authentication.kubernetes.io/issued-credential-id', credentialIDForJTI(claims.jti));
      return { ...token, status: { token: signed, expirationTimestamp: formatTime(now + expirationSeconds * 1000) } };
    },
  };

  function shortened(ctx: RequestContext, expirationSeconds: number): number {
    if (maxExpirationSeconds <= 0 || expirationSeconds <= maxExpirationSeconds) return expirationSeconds;
    ctx.warnings.add(`requested expiration of ${expirationSeconds} seconds shortened to ${maxExpirationSeconds} seconds`);
    return maxExpirationSeconds;
  }

  async function bind(ctx: RequestContext, ref: Fields, account: string, namespace: string): Promise<ClaimsOptions['bound']> {
    const [apiVersion, kind, name, uid] = texts(ref, 'apiVersion', 'kind', 'name', 'uid');
    const { group, version } = parseGroupVersion(apiVersion) ?? { group: '', version: '' };
    const store = group === '' ? bindable.get(kind) : undefined;
    if (!store) throw newBadRequest(`cannot bind token to object of type ${group}/${version}, Kind=${kind}`);
    const object = await store.get(withRequest(ctx, 'get', store.namespaced ? namespace : ''), name, NEWEST);
    const node = kind === 'Pod' ? await nodeOf(ctx, object, account) : undefined;
    if (uid !== '' && uid !== object.metadata.uid) {
      throw newConflict({ group, resource: kind }, name, `the UID in the bound object reference (${uid}) does not match the UID in record. The object might have been deleted and then recreated`);
    }
    return { [kind.toLowerCase()]: refTo(object), ...(node && { node }) };
  }

  /** The node that a Pod runs on, by its name alone where it is gone. */
  async function nodeOf(ctx: RequestContext, pod: KubeObject, account: string): Promise<Ref | undefined> {
    const spec = struct(pod, 'spec');
    if (text(spec, 'serviceAccountName') !== account) throw newBadRequest(`cannot bind token for serviceaccount "${account}" to pod running with different serviceaccount name.`);
    const name = text(spec, 'nodeName');
    if (name === '') return undefined;
    try {
      return refTo(await nodes.get(withRequest(ctx, 'get', ''), name, NEWEST));
    } catch (err) {
      if (isNotFound(err)) return { name, uid: '' };
      throw newInternalError(err);
    }
  }
}

const refTo = ({ metadata: { name = '', uid = '' } }: KubeObject): Ref => ({ name, uid });

/** A request that names its account must name the one in its path. */
function checkName({ metadata }: KubeObject, name: string): void {
  if (!metadata.name || metadata.name === name) return;
  throw newInvalid(KIND, name, [invalid(newPath('metadata', 'name'), metadata.name, 'must match the service account name if specified')]);
}

function validateTokenRequest(spec: Fields): FieldError[] {
  const path = newPath('spec', 'expirationSeconds');
  const value = int(spec, 'expirationSeconds') ?? 0;
  if (value < MIN_EXPIRATION_SECONDS) return [invalid(path, value, 'may not specify a duration less than 10 minutes')];
  return value > MAX_EXPIRATION_SECONDS ? [invalid(path, value, 'may not specify a duration larger than 2^32 seconds')] : [];
}
