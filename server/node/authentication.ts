/**
 * From flags to the authenticators that only a machine can have, with what they read from files.
 *
 * Upstream: pkg/kubeapiserver/options/authentication.go, k8s.io/apiserver/pkg/server/options/authentication.go.
 */
import { newCachedTokenAuthenticator } from '../authentication/cached-token-authenticator.ts';
import { combineClusterAuthentication } from '../authentication/cluster-authentication-trust.ts';
import type { TokenAuthenticator } from '../authentication/interfaces.ts';
import { newRequestHeaderAuthenticator } from '../authentication/request-header.ts';
import { TOKEN_REVIEW_VERSIONS, newWebhookTokenAuthenticator } from '../authentication/webhook.ts';
import { newX509Authenticator, newX509Verifier } from '../authentication/x509/x509.ts';
import type { Logger } from '../observe/logger.ts';
import type { ServerConfig } from '../stages/stage.ts';
import { configuredAuthentication } from './authentication-tokens.ts';
import type { Options as ConfiguredOptions } from './authentication-tokens.ts';
import { newDynamicCA, newStaticCA } from './dynamic-ca.ts';
import type { Flags } from './flags.ts';
import { UsageError } from './usage-error.ts';
import { loadWebhookClient } from './webhook-client.ts';

export type Authentication = Pick<ServerConfig, 'anonymousAuth' | 'anonymousPaths' | 'authenticators' | 'clusterAuthentication'>;

const clock = { now: () => Date.now() };

/** `ownClientCA` is believed where no flag names another. When `lifecycle` is over no issuer is asked any more. */
export async function authenticationFromFlags(flags: Flags, ownClientCA: string, { apiAudiences, issuers }: Pick<ConfiguredOptions, 'apiAudiences' | 'issuers'>, log: Logger, lifecycle = new AbortController().signal): Promise<Authentication> {
  const caOf = (flag: 'client-ca-file' | 'requestheader-client-ca-file') => (flags[flag] === undefined ? undefined : newDynamicCA(flag, flags[flag], log, lifecycle));
  const clientCA = (await caOf('client-ca-file')) ?? newStaticCA(ownClientCA);
  const proxyCA = await caOf('requestheader-client-ca-file');
  const allowedNames = flags['requestheader-allowed-names'];
  const headers = requestHeaderConfig(flags);
  if (allowedNames.length === 0 && proxyCA?.current().roots.some((each) => clientCA.current().roots.some((other) => other.equal(each)))) {
    throw new UsageError('--requestheader-client-ca-file and --client-ca-file contain overlapping certificates; --requestheader-allowed-names must be specified to ensure regular client certificates cannot set authenticating proxy headers for arbitrary users');
  }
  const webhook = await webhookFromFlags(flags, apiAudiences, log);
  const { anonymous, jwt } = await configuredAuthentication(flags, { apiAudiences, issuers, log, lifecycle });
  const requestHeader = proxyCA && { authenticator: newX509Verifier({ roots: () => proxyCA.current().roots, clock }, newRequestHeaderAuthenticator(headers), allowedNames), headers };
  const info = () => ({ clientCA: clientCA.current().pem, ...(proxyCA && { requestHeader: { ...headers, allowedNames, clientCA: proxyCA.current().pem } }) });
  return {
    anonymousAuth: anonymous.enabled,
    anonymousPaths: anonymous.conditions.map(({ path }) => path),
    authenticators: { clientCertificate: (expires) => newX509Authenticator({ roots: () => clientCA.current().roots, clock, expires }), ...(requestHeader && { requestHeader }), ...(jwt && { jwt }), ...(webhook && { webhook }) },
    clusterAuthentication: {
      combine: (existing) => combineClusterAuthentication(existing, info(), clock),
      onChange: (...args) => [clientCA, proxyCA].forEach((each) => each?.onChange(...args)),
    },
  };
}

function requestHeaderConfig(flags: Flags) {
  const names = ['requestheader-username-headers', 'requestheader-uid-headers', 'requestheader-group-headers', 'requestheader-extra-headers-prefix', 'requestheader-allowed-names'] as const;
  for (const flag of names) if (flags[flag].some((each) => each.trim() === '')) throw new UsageError(`empty value in "${flag}"`);
  const [usernameHeaders, uidHeaders, groupHeaders, extraHeaderPrefixes] = [flags[names[0]], flags[names[1]], flags[names[2]], flags[names[3]]];
  if (uidHeaders.length > 0 && !uidHeaders.some((each) => each.toLowerCase() === 'x-remote-uid')) {
    throw new UsageError('--requestheader-uid-headers is set without specifying the standard X-Remote-Uid header - API aggregation will not work');
  }
  return { usernameHeaders, uidHeaders, groupHeaders, extraHeaderPrefixes };
}

async function webhookFromFlags(flags: Flags, apiAudiences: readonly string[], log: Logger): Promise<TokenAuthenticator | undefined> {
  const flag = 'authentication-token-webhook-config-file';
  const { [flag]: file, 'authentication-token-webhook-version': asked, 'authentication-token-webhook-cache-ttl': ttl } = flags;
  if (file === undefined) return undefined;
  const version = TOKEN_REVIEW_VERSIONS.find((each) => each === asked);
  if (!version) throw new UsageError(`unsupported authentication webhook version "${asked}", supported versions are ${TOKEN_REVIEW_VERSIONS.map((each) => `"${each}"`).join(', ')}`);
  const webhook = newWebhookTokenAuthenticator({ post: await loadWebhookClient(flag, file), version, apiAudiences, log });
  return newCachedTokenAuthenticator(webhook, { successTTL: ttl, failureTTL: ttl, clock });
}
