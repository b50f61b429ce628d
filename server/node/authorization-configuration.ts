/**
 * The file of `--authorization-config`: who is asked whether a request is allowed, and in which order.
 *
 * Upstream: ValidateAuthorizationConfiguration of k8s.io/apiserver/pkg/apis/apiserver/validation, and
 * LoadAndValidateData of pkg/kubeapiserver/authorizer/config.go. Leaves out InClusterConfig, which is refused.
 */
import { statSync } from 'node:fs';
import { isAbsolute } from 'node:path';
import { aggregate, duplicate, forbidden, invalid, newPath, notSupported, required } from '../apimachinery/field.ts';
import type { FieldError, Path } from '../apimachinery/field.ts';
import { isDNS1123Subdomain } from '../apimachinery/names.ts';
import { validateMatchConditions } from '../authorization/webhook/match-conditions.ts';
import { formatDuration } from '../filters/duration.ts';
import { newAggregate } from '../http/aggregate.ts';
import { decodeConfiguration, durationOf } from './authorization-configuration-form.ts';
import type { RawAuthorizer, RawWebhook } from './authorization-configuration-form.ts';

/** A webhook as the file has it, its durations in milliseconds. */
export interface WebhookConfiguration {
  timeout: number;
  authorizedTTL: number;
  unauthorizedTTL: number;
  cacheAuthorizedRequests: boolean;
  cacheUnauthorizedRequests: boolean;
  subjectAccessReviewVersion: string;
  failurePolicy: string;
  kubeConfigFile: string;
  matchConditions: string[];
}

export interface AuthorizerConfiguration {
  type: string;
  name: string;
  webhook?: WebhookConfiguration;
}

export const MODES = ['ABAC', 'AlwaysAllow', 'AlwaysDeny', 'Node', 'RBAC', 'Webhook'];
const MAX_TIMEOUT = 30_000;

/** Throws one error that says all that is wrong. `required` are types that must be among them. */
export function loadAuthorizationConfiguration(content: string, required: readonly string[] = []): AuthorizerConfiguration[] {
  const raw = decodeConfiguration(content);
  const { authorizers, errors } = validate(raw);
  if (errors.length > 0) throw new Error(aggregate(errors));
  const misnamed = authorizers.filter(({ type, name }) => type !== 'Webhook' && name !== type.toLowerCase());
  const missing = required.filter((type) => !authorizers.some((each) => each.type === type)).sort();
  const wrong = [
    ...misnamed.map(({ type, name }) => `expected name ${type.toLowerCase()} for authorizer ${type} instead of ${name}`),
    ...(missing.length > 0 ? [`missing required types: [${missing.join(' ')}]`] : []),
  ];
  if (wrong.length > 0) throw newAggregate(wrong);
  return authorizers;
}

function validate(raw: RawAuthorizer[]): { authorizers: AuthorizerConfiguration[]; errors: FieldError[] } {
  const authorizers: AuthorizerConfiguration[] = [];
  const errors: FieldError[] = [];
  const at = newPath('authorizers');
  if (raw.length === 0) errors.push(required(at, 'at least one authorization mode must be defined'));
  const [types, names] = [new Set<string>(), new Set<string>()];
  raw.forEach(({ type = '', name = '', webhook }, i) => {
    const path = at.index(i);
    if (type === '') return errors.push(required(path.child('type')));
    if (!MODES.includes(type)) return errors.push(notSupported(path.child('type'), type, MODES));
    if (types.has(type) && type !== 'Webhook') return errors.push(duplicate(path.child('type'), type));
    types.add(type);
    const wrong = isDNS1123Subdomain(name);
    if (name === '') errors.push(required(path.child('name')));
    else if (names.has(name)) errors.push(duplicate(path.child('name'), name));
    else if (wrong.length > 0) errors.push(invalid(path.child('name'), name, `authorizer name is invalid: ${wrong.join(', ')}`));
    names.add(name);
    if (type === 'Webhook' && !webhook) return errors.push(required(path.child('webhook'), 'required when type=Webhook'));
    if (type !== 'Webhook' && webhook) errors.push(invalid(path.child('webhook'), 'non-null', 'may only be specified when type=Webhook'));
    return authorizers.push({ type, name, ...(webhook && { webhook: validateWebhook(webhook, path, errors) }) });
  });
  return { authorizers, errors };
}

function validateWebhook(raw: RawWebhook, path: Path, errors: FieldError[]): WebhookConfiguration {
  const timeout = durationOf(raw.timeout);
  // what is left out, or 0, is the default
  const [authorizedTTL, unauthorizedTTL] = [durationOf(raw.authorizedTTL) || 300_000, durationOf(raw.unauthorizedTTL) || 30_000];
  if (timeout === 0) errors.push(required(path.child('timeout')));
  else if (timeout > MAX_TIMEOUT || timeout < 0) errors.push(invalid(path.child('timeout'), formatDuration(timeout), 'must be > 0s and <= 30s'));
  for (const [field, ttl] of Object.entries({ authorizedTTL, unauthorizedTTL })) {
    if (ttl < 0) errors.push(invalid(path.child(field), formatDuration(ttl), 'must be > 0s'));
  }
  const { subjectAccessReviewVersion = '', matchConditionSubjectAccessReviewVersion: conditionVersion = '', failurePolicy = '', matchConditions = [] } = raw;
  oneOf(path.child('subjectAccessReviewVersion'), subjectAccessReviewVersion, ['v1', 'v1beta1'], errors);
  if (conditionVersion !== '') oneOf(path.child('matchConditionSubjectAccessReviewVersion'), conditionVersion, ['v1'], errors);
  else if (matchConditions.length > 0) errors.push(required(path.child('matchConditionSubjectAccessReviewVersion'), 'required if match conditions are specified'));
  oneOf(path.child('failurePolicy'), failurePolicy, ['NoOpinion', 'Deny'], errors);
  const kubeConfigFile = validateConnection(raw.connectionInfo ?? {}, path.child('connectionInfo'), errors);
  const expressions = matchConditions.map(({ expression = '' }) => expression);
  errors.push(...validateMatchConditions(expressions, path.child('matchConditions')));
  const { cacheAuthorizedRequests = true, cacheUnauthorizedRequests = true } = raw;
  return { timeout, authorizedTTL, unauthorizedTTL, cacheAuthorizedRequests, cacheUnauthorizedRequests, subjectAccessReviewVersion, failurePolicy, kubeConfigFile, matchConditions: expressions };
}

function oneOf(path: Path, value: string, supported: string[], errors: FieldError[]): void {
  if (value === '') errors.push(required(path));
  else if (!supported.includes(value)) errors.push(notSupported(path, value, supported));
}

function validateConnection({ type = '', kubeConfigFile = '' }: { type?: string; kubeConfigFile?: string }, path: Path, errors: FieldError[]): string {
  const file = path.child('kubeConfigFile');
  if (type === '') errors.push(required(path.child('type')));
  else if (type === 'InClusterConfig') errors.push(forbidden(path.child('type'), 'InClusterConfig is not supported by this server'));
  else if (type !== 'KubeConfigFile') errors.push(notSupported(path.child('type'), { Type: type, KubeConfigFile: kubeConfigFile || null }, ['InClusterConfig', 'KubeConfigFile']));
  else if (kubeConfigFile === '') errors.push(required(file));
  else if (!isAbsolute(kubeConfigFile)) errors.push(invalid(file, kubeConfigFile, 'must be an absolute path'));
  else {
    const why = notRegular(kubeConfigFile);
    if (why !== '') errors.push(invalid(file, kubeConfigFile, why));
  }
  return kubeConfigFile;
}

function notRegular(file: string): string {
  try {
    return statSync(file).isFile() ? '' : 'must be a regular file';
  } catch (err) {
    return `error loading file: ${err instanceof Error ? err.message : String(err)}`;
  }
}
