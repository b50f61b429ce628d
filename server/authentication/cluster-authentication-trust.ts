/**
 * What servers that extend this one have to know to believe the same clients: the data of the ConfigMap
 * extension-apiserver-authentication.
 *
 * Upstream: pkg/controlplane/controller/clusterauthenticationtrust/cluster_authentication_trust_controller.go. What
 * other servers of the cluster said there stays, but for authorities that have expired.
 */
import type * as x509 from '@peculiar/x509';
import type { Clock } from '../http/context.ts';
import type { RequestHeaderConfig } from './request-header.ts';
import { parseCertsPEM } from './x509/cert-pool.ts';

export interface ClusterAuthenticationInfo {
  /** Authorities, as PEM. */
  clientCA: string;
  requestHeader?: RequestHeaderConfig & { clientCA: string; allowedNames: readonly string[] };
}

/** What this server has to say, which may change while it runs: `changed` is called then, until `signal` ends that. */
export interface ClusterAuthentication {
  /** Makes the data out of those that are there. */
  combine(existing: Record<string, string>): Record<string, string>;
  onChange(changed: () => void, signal?: AbortSignal): void;
}

const SLACK_MS = 5 * 60_000;

/** The data, out of those that are there. */
export function combineClusterAuthentication(existing: Record<string, string>, { clientCA, requestHeader }: ClusterAuthenticationInfo, clock: Clock): Record<string, string> {
  const at = (name: string) => existing[`requestheader-${name}`] ?? '';
  const lists: [name: string, own: readonly string[]][] = [
    ['username-headers', requestHeader?.usernameHeaders ?? []],
    ['uid-headers', requestHeader?.uidHeaders ?? []],
    ['group-headers', requestHeader?.groupHeaders ?? []],
    ['extra-headers-prefix', requestHeader?.extraHeaderPrefixes ?? []],
    ['allowed-names', requestHeader?.allowedNames ?? []],
  ];
  const clients = combineCerts(existing['client-ca-file'] ?? '', clientCA, clock);
  const proxies = combineCerts(at('client-ca-file'), requestHeader?.clientCA ?? '', clock);
  const combined = lists.map(([name, own]) => [`requestheader-${name}`, [...new Set([...listOf(at(name)), ...own])]] as const);
  return {
    ...(clients && { 'client-ca-file': clients }),
    ...(proxies && Object.fromEntries(combined.filter(([name, values]) => name !== 'requestheader-uid-headers' || values.length > 0).map(([name, values]) => [name, JSON.stringify(values)]))),
    ...(proxies && { 'requestheader-client-ca-file': proxies }),
  };
}

function listOf(json: string): string[] {
  const value: unknown = json === '' ? [] : JSON.parse(json);
  if (!Array.isArray(value) || !value.every((each) => typeof each === 'string')) throw new Error(`${json} is not a list of strings`);
  return value;
}

/** Both, each once, without what has expired. */
function combineCerts(existing: string, own: string, clock: Clock): string {
  const certs = [existing, own].flatMap((pem) => (pem === '' ? [] : parseCertsPEM(pem)));
  const valid = certs.filter(({ notAfter }) => notAfter.getTime() > clock.now() - SLACK_MS);
  const encode = (cert: x509.X509Certificate) => `${cert.toString('pem')}\n`;
  return [...new Set(valid.map(encode))].join('');
}
