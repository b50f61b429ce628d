/**
 * How the file of `--authentication-config` is written.
 *
 * Upstream: loadAuthenticationConfigFromData of pkg/kubeapiserver/options/authentication.go, and
 * AuthenticationConfiguration of k8s.io/apiserver/pkg/apis/apiserver/v1/types.go.
 */
import { newNotRegistered } from '../apimachinery/serializer/decode-error.ts';
import { interpret, requireKind } from '../apimachinery/serializer/object-decoder.ts';
import { decodeTyped } from '../apimachinery/serializer/typed/decode.ts';
import { yamlToJSON } from '../apimachinery/serializer/yaml.ts';
import { structOf } from '../authorization/go-struct.ts';
import type { AuthenticationConfiguration, ClaimMappings, Issuer, JWTAuthenticator, PrefixedClaimOrExpression } from '../authentication/oidc/jwt-authenticator.ts';

const GROUP = 'apiserver.config.k8s.io';
const VERSIONS = ['v1', 'v1beta1', 'v1alpha1'];

const texts = <const N extends readonly string[]>(...names: N) => Object.fromEntries(names.map((name) => [name, 'string' as const]));
const prefixedType = structOf('v1.PrefixedClaimOrExpression', texts('claim', 'prefix', 'expression'));
const jwtType = structOf('v1.JWTAuthenticator', {
  issuer: structOf('v1.Issuer', { ...texts('url', 'discoveryURL', 'certificateAuthority', 'audienceMatchPolicy', 'egressSelectorType'), audiences: ['string'] }),
  claimValidationRules: [structOf('v1.ClaimValidationRule', texts('claim', 'requiredValue', 'expression', 'message'))],
  claimMappings: structOf('v1.ClaimMappings', {
    username: prefixedType,
    groups: prefixedType,
    uid: structOf('v1.ClaimOrExpression', texts('claim', 'expression')),
    extra: [structOf('v1.ExtraMapping', texts('key', 'valueExpression'))],
  }),
  userValidationRules: [structOf('v1.UserValidationRule', texts('expression', 'message'))],
});
const fileType = structOf('v1.AuthenticationConfiguration', {
  ...texts('kind', 'apiVersion'),
  jwt: [jwtType],
  anonymous: structOf('v1.AnonymousAuthConfig', { enabled: 'bool', conditions: [structOf('v1.AnonymousAuthCondition', texts('path'))] }),
});

/** As the decoder leaves it: what was absent is undefined. */
interface RawConfiguration {
  jwt?: RawAuthenticator[];
  anonymous?: { enabled?: boolean; conditions?: { path?: string }[] };
}
interface RawAuthenticator {
  issuer?: Partial<Issuer>;
  claimValidationRules?: Partial<JWTAuthenticator['claimValidationRules'][number]>[];
  claimMappings?: { username?: Partial<PrefixedClaimOrExpression>; groups?: Partial<PrefixedClaimOrExpression>; uid?: Partial<ClaimMappings['uid']>; extra?: Partial<ClaimMappings['extra'][number]>[] };
  userValidationRules?: Partial<JWTAuthenticator['userValidationRules'][number]>[];
}

/** Throws what upstream says of a file that it cannot read. */
export function decodeAuthenticationConfig(content: string): AuthenticationConfiguration {
  if (content === '') throw new Error('empty config data');
  const { value, duplicates } = yamlToJSON(content);
  const gvk = interpret(value);
  requireKind(gvk, () => content);
  if (gvk.group !== GROUP || !VERSIONS.includes(gvk.version) || gvk.kind !== 'AuthenticationConfiguration') throw newNotRegistered(gvk, 'pkg/kubeapiserver/options/authentication.go:935');
  const decoded = decodeTyped(fileType, typeof value === 'object' && value !== null ? value : {}, { strict: true });
  const strict = [...duplicates, ...decoded.strictErrors];
  if (strict.length > 0) throw new Error(`strict decoding error: ${strict.join(', ')}`);
  const { jwt = [], anonymous }: RawConfiguration = decoded.value;
  return {
    jwt: jwt.map(authenticatorOf),
    ...(anonymous && { anonymous: { enabled: anonymous.enabled ?? false, conditions: (anonymous.conditions ?? []).map(({ path = '' }) => ({ path })) } }),
  };
}

const ISSUER: Issuer = { url: '', discoveryURL: '', certificateAuthority: '', audiences: [], audienceMatchPolicy: '', egressSelectorType: '' };
const CLAIM = { claim: '', expression: '' };

/** What is absent is empty. */
export function authenticatorOf({ issuer, claimValidationRules = [], claimMappings: { username, groups, uid, extra = [] } = {}, userValidationRules = [] }: RawAuthenticator): JWTAuthenticator {
  return {
    issuer: { ...ISSUER, ...issuer },
    claimValidationRules: claimValidationRules.map((rule) => ({ ...CLAIM, requiredValue: '', message: '', ...rule })),
    claimMappings: { username: { ...CLAIM, ...username }, groups: { ...CLAIM, ...groups }, uid: { ...CLAIM, ...uid }, extra: extra.map((mapping) => ({ key: '', valueExpression: '', ...mapping })) },
    userValidationRules: userValidationRules.map((rule) => ({ expression: '', message: '', ...rule })),
  };
}
