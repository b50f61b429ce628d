/**
 * How the file of `--authorization-config` is written.
 *
 * Upstream: AuthorizationConfiguration of k8s.io/apiserver/pkg/apis/apiserver/v1/types.go, and LoadFromData of
 * pkg/apis/apiserver/load.
 */
import { newNotRegistered } from '../apimachinery/serializer/decode-error.ts';
import { interpret, requireKind } from '../apimachinery/serializer/object-decoder.ts';
import { decodeTyped } from '../apimachinery/serializer/typed/decode.ts';
import { jsonType } from '../apimachinery/serializer/typed/findings.ts';
import { yamlToJSON } from '../apimachinery/serializer/yaml.ts';
import { structOf } from '../authorization/go-struct.ts';
import { parseDuration } from '../filters/duration.ts';

const GROUP = 'apiserver.config.k8s.io';
const VERSIONS = ['v1', 'v1beta1', 'v1alpha1'];

const connectionInfo = structOf('v1.WebhookConnectionInfo', { type: 'string', kubeConfigFile: 'string' });
const webhookType = structOf('v1.WebhookConfiguration', {
  authorizedTTL: 'raw', cacheAuthorizedRequests: 'bool', unauthorizedTTL: 'raw', cacheUnauthorizedRequests: 'bool', timeout: 'raw',
  subjectAccessReviewVersion: 'string', matchConditionSubjectAccessReviewVersion: 'string', failurePolicy: 'string', connectionInfo,
  matchConditions: [structOf('v1.WebhookMatchCondition', { expression: 'string' })],
});
const fileType = structOf('v1.AuthorizationConfiguration', {
  kind: 'string', apiVersion: 'string', authorizers: [structOf('v1.AuthorizerConfiguration', { type: 'string', name: 'string', webhook: webhookType })],
});

/** As the decoder leaves it: what was absent or empty is undefined. */
export interface RawWebhook {
  cacheAuthorizedRequests?: boolean;
  cacheUnauthorizedRequests?: boolean;
  subjectAccessReviewVersion?: string;
  failurePolicy?: string;
  timeout?: unknown;
  authorizedTTL?: unknown;
  unauthorizedTTL?: unknown;
  matchConditionSubjectAccessReviewVersion?: string;
  connectionInfo?: { type?: string; kubeConfigFile?: string };
  matchConditions?: { expression?: string }[];
}

export interface RawAuthorizer {
  type?: string;
  name?: string;
  webhook?: RawWebhook;
}

export function decodeConfiguration(content: string): RawAuthorizer[] {
  if (content === '') return [];
  try {
    const { value, duplicates } = yamlToJSON(content);
    const gvk = interpret(value);
    requireKind(gvk, () => content);
    if (gvk.group !== GROUP || !VERSIONS.includes(gvk.version) || gvk.kind !== 'AuthorizationConfiguration') throw newNotRegistered(gvk, 'k8s.io/apiserver/pkg/apis/apiserver/load/load.go:32');
    const decoded = decodeTyped(fileType, typeof value === 'object' && value !== null ? value : {}, { strict: true });
    const strict = [...duplicates, ...decoded.strictErrors];
    if (strict.length > 0) throw new Error(`strict decoding error: ${strict.join(', ')}`);
    const { authorizers }: { authorizers?: RawAuthorizer[] } = decoded.value;
    return authorizers ?? [];
  } catch (err) {
    throw new Error(`failed to load AuthorizationConfiguration from file: ${err instanceof Error ? err.message : String(err)}`, { cause: err });
  }
}

/** Milliseconds; 0 for what is absent. */
export function durationOf(value: unknown): number {
  if (value === undefined) return 0;
  if (typeof value !== 'string') throw new Error(`failed to load AuthorizationConfiguration from file: json: cannot unmarshal ${jsonType(value)} into Go value of type string`);
  try {
    return parseDuration(value);
  } catch (err) {
    throw new Error(`failed to load AuthorizationConfiguration from file: ${err instanceof Error ? err.message : String(err)}`, { cause: err });
  }
}
