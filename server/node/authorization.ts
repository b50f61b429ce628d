/**
 * Who decides what users may do, by flags.
 *
 * Upstream: pkg/kubeapiserver/options/authorization.go, and newForConfig of pkg/kubeapiserver/authorizer/reload.go. Here
 * RBAC is the default.
 */
import { readFile } from 'node:fs/promises';
import { newABACAuthorizer } from '../authorization/abac/abac.ts';
import { parsePolicyFile } from '../authorization/abac/policy-file.ts';
import { newAlwaysAllowAuthorizer, newAlwaysDenyAuthorizer } from '../authorization/builtin.ts';
import { newCELMatcher } from '../authorization/webhook/match-conditions.ts';
import { REVIEW_VERSIONS } from '../authorization/webhook/subject-access-review.ts';
import { newWebhookAuthorizer } from '../authorization/webhook/webhook.ts';
import { quote } from '../apimachinery/quote.ts';
import { newAggregate } from '../http/aggregate.ts';
import type { Logger } from '../observe/logger.ts';
import type { AuthorizationMode } from '../stages/authorizers.ts';
import type { ServerConfig } from '../stages/stage.ts';
import { MODES, loadAuthorizationConfiguration } from './authorization-configuration.ts';
import type { AuthorizerConfiguration, WebhookConfiguration } from './authorization-configuration.ts';
import { reloadAuthorization } from './authorization-reload.ts';
import type { Loaded } from './authorization-reload.ts';
import type { Flags } from './flags.ts';
import { UsageError } from './usage-error.ts';
import { loadWebhookClient } from './webhook-client.ts';

const clock = { now: () => Date.now() };

/** Those that leave nothing for --authorization-config to say. */
const LEGACY = ['authorization-mode', 'authorization-webhook-config-file', 'authorization-webhook-version', 'authorization-webhook-cache-authorized-ttl', 'authorization-webhook-cache-unauthorized-ttl'] as const;

export async function authorizationFromFlags(flags: Flags, log: Logger): Promise<Pick<ServerConfig, 'authorization' | 'reloadedAuthorization'>> {
  try {
    const file = flags['authorization-config'];
    const kept = new Map<string, AuthorizationMode>();
    const make = async (each: AuthorizerConfiguration) => kept.get(each.type) ?? named(each, await build(each, flags));
    const { content, configuration } = file === undefined ? { content: '', configuration: fromModes(flags) } : await fromFile(flags, file);
    const authorization = await Promise.all(configuration.map(make));
    if (file === undefined) return { authorization };
    configuration.forEach(({ type }, i) => type === 'ABAC' && kept.set(type, authorization[i]!));
    return { authorization, reloadedAuthorization: reloadAuthorization(file, { content, configuration, authorizers: authorization }, make, log) };
  } catch (err) {
    throw err instanceof UsageError ? err : new UsageError((err instanceof Error ? err.message : String(err)).replaceAll('\n', ' '));
  }
}

async function fromFile(flags: Flags, file: string): Promise<Pick<Loaded, 'content' | 'configuration'>> {
  if (LEGACY.some((flag) => flags[flag] !== undefined)) throw new UsageError('--authorization-config can not be specified when --authorization-mode or --authorization-webhook-* flags are defined');
  const content = await read('authorization-config', file);
  try {
    return { content, configuration: loadAuthorizationConfiguration(content) };
  } catch (err) {
    throw new Error(`--authorization-config: ${file}: ${err instanceof Error ? err.message : String(err)}`, { cause: err });
  }
}

function fromModes(flags: Flags): AuthorizerConfiguration[] {
  const modes = flags['authorization-mode'] ?? ['RBAC'];
  const [policyFile, configFile] = [flags['authorization-policy-file'], flags['authorization-webhook-config-file']];
  const errors: string[] = [];
  if (modes.length === 0) errors.push('at least one authorization-mode must be passed');
  for (const mode of modes) {
    if (!MODES.includes(mode)) errors.push(`authorization-mode ${quote(mode)} is not a valid mode`);
    if (mode === 'ABAC' && !policyFile) errors.push("authorization-mode ABAC's authorization policy file not passed");
    if (mode === 'Webhook' && !configFile) errors.push("authorization-mode Webhook's authorization config file not passed");
  }
  if (policyFile && !modes.includes('ABAC')) errors.push('cannot specify --authorization-policy-file without mode ABAC');
  if (configFile && !modes.includes('Webhook')) errors.push('cannot specify --authorization-webhook-config-file without mode Webhook');
  if (new Set(modes).size < modes.length) errors.push(`authorization-mode [${modes.map(quote).join(' ')}] has mode specified more than once`);
  if (errors.length > 0) throw newAggregate(errors);
  return modes.map((type) => (type === 'Webhook' ? { type, name: 'default', webhook: webhookFromFlags(flags, configFile ?? '') } : { type, name: type.toLowerCase() }));
}

function webhookFromFlags(flags: Flags, kubeConfigFile: string): WebhookConfiguration {
  const [authorizedTTL, unauthorizedTTL] = [flags['authorization-webhook-cache-authorized-ttl'] ?? 300_000, flags['authorization-webhook-cache-unauthorized-ttl'] ?? 30_000];
  return {
    timeout: 30_000,
    authorizedTTL,
    unauthorizedTTL,
    cacheAuthorizedRequests: true,
    cacheUnauthorizedRequests: true,
    subjectAccessReviewVersion: flags['authorization-webhook-version'] ?? 'v1beta1',
    failurePolicy: 'NoOpinion',
    kubeConfigFile,
    matchConditions: [],
  };
}

/** As metrics call it. */
const named = ({ type, name }: AuthorizerConfiguration, mode: AuthorizationMode): AuthorizationMode => (typeof mode === 'string' ? mode : Object.assign(mode, { type, name }));

async function build({ type, webhook }: AuthorizerConfiguration, flags: Flags): Promise<AuthorizationMode> {
  if (type === 'AlwaysAllow') return newAlwaysAllowAuthorizer();
  if (type === 'AlwaysDeny') return newAlwaysDenyAuthorizer();
  if (type === 'ABAC') {
    const file = flags['authorization-policy-file'] ?? '';
    return newABACAuthorizer(parsePolicyFile(await read('authorization-policy-file', file), file));
  }
  if (webhook) return newWebhook(webhook, flags['authorization-config'] === undefined ? 'authorization-webhook-config-file' : 'authorization-config');
  return type === 'Node' ? 'Node' : 'RBAC';
}

async function newWebhook({ kubeConfigFile, subjectAccessReviewVersion, timeout, failurePolicy, matchConditions, ...caching }: WebhookConfiguration, flag: string) {
  const version = REVIEW_VERSIONS.find((each) => each === subjectAccessReviewVersion);
  if (!version) throw new Error(`unsupported webhook authorizer version ${quote(subjectAccessReviewVersion)}, supported versions are ${REVIEW_VERSIONS.map(quote).join(', ')}`);
  return newWebhookAuthorizer({
    post: await loadWebhookClient(flag, kubeConfigFile, timeout),
    version,
    timeout,
    authorizedTTL: caching.cacheAuthorizedRequests ? caching.authorizedTTL : 0,
    unauthorizedTTL: caching.cacheUnauthorizedRequests ? caching.unauthorizedTTL : 0,
    decisionOnError: failurePolicy === 'Deny' ? 'deny' : 'noOpinion',
    ...(matchConditions.length > 0 && { matches: newCELMatcher(matchConditions) }),
    clock,
  });
}

async function read(flag: string, file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (err) {
    throw new Error(`--${flag}: ${err instanceof Error ? err.message : String(err)}`, { cause: err });
  }
}
