/**
 * The issuer that the flags of `--oidc-*` name.
 *
 * Upstream: OIDCAuthenticationOptions, validateOIDCOptions and ToAuthenticationConfig of
 * pkg/kubeapiserver/options/authentication.go.
 */
import { readFile } from 'node:fs/promises';
import type { JWTAuthenticator } from '../authentication/oidc/jwt-authenticator.ts';
import { authenticatorOf } from './authentication-config.ts';
import type { Flags } from './flags.ts';
import { UsageError } from './usage-error.ts';

const NAMES = ['oidc-issuer-url', 'oidc-client-id', 'oidc-ca-file', 'oidc-username-claim', 'oidc-username-prefix', 'oidc-groups-claim', 'oidc-groups-prefix', 'oidc-signing-algs'] as const;

/** Undefined where no flag names one. */
export async function oidcFromFlags(flags: Flags): Promise<{ jwtAuthenticator: JWTAuthenticator; signingAlgorithms: readonly string[] } | undefined> {
  const requiredClaims = flags['oidc-required-claim'];
  if (requiredClaims.length === 0 && NAMES.every((name) => flags[name] === undefined)) return undefined;
  if (flags['authentication-config'] !== undefined) throw new UsageError('authentication-config file and oidc-* flags are mutually exclusive');
  const [url, audience] = [flags['oidc-issuer-url'], flags['oidc-client-id']];
  if (!url || !audience) throw new UsageError('oidc-issuer-url and oidc-client-id must be specified together when any oidc-* flags are set');
  const claim = flags['oidc-username-claim'] ?? 'sub';
  const groups = flags['oidc-groups-claim'];
  return {
    jwtAuthenticator: authenticatorOf({
      issuer: { url, audiences: [audience], certificateAuthority: await authority(flags['oidc-ca-file']) },
      claimMappings: { username: { claim, prefix: usernamePrefix(flags['oidc-username-prefix'], claim, url) }, ...(groups && { groups: { claim: groups, prefix: flags['oidc-groups-prefix'] ?? '' } }) },
      claimValidationRules: [...requiredClaimsOf(requiredClaims)].map(([name, requiredValue]) => ({ claim: name, requiredValue })),
    }),
    signingAlgorithms: flags['oidc-signing-algs'] ?? ['RS256'],
  };
}

/** Names that another issuer may give too are told apart, unless `-` says that they need not be. */
function usernamePrefix(flag: string | undefined, claim: string, issuer: string): string {
  if (flag === '-') return '';
  return flag || (claim === 'email' ? '' : `${issuer}#`);
}

/** Of equal claims the last counts. */
function requiredClaimsOf(pairs: readonly string[]): Map<string, string> {
  return new Map(
    pairs.map((pair): [string, string] => {
      const at = pair.indexOf('=');
      if (at < 0) throw new UsageError(`--oidc-required-claim: malformed pair, expect string=string`);
      return [pair.slice(0, at).trim(), pair.slice(at + 1).trim()];
    }),
  );
}

async function authority(file: string | undefined): Promise<string> {
  if (!file) return '';
  try {
    return await readFile(file, 'utf8');
  } catch (err) {
    throw new UsageError(`--oidc-ca-file: ${err instanceof Error ? err.message : String(err)}`);
  }
}
