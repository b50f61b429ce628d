/**
 * Whether a token is of an issuer, for an audience, good now, and signed.
 *
 * Upstream: IDTokenVerifier of github.com/coreos/go-oidc v2 (verify.go), and idTokenVerifier of
 * k8s.io/apiserver/plugin/pkg/authenticator/token/oidc/oidc.go.
 */
import { isFields } from '../../apimachinery/access.ts';
import { quote } from '../../apimachinery/quote.ts';
import type { Clock } from '../../http/context.ts';
import { decodePart } from './claims.ts';
import type { Claims } from './claims.ts';
import type { KeySet } from './provider.ts';

export interface VerifierOptions {
  audiences: readonly string[];
  signingAlgorithms: readonly string[];
  clock: Clock;
}

/** Answers the claims of a good token, and throws what is wrong with others. */
export type Verifier = (token: string) => Promise<Claims>;

const NOT_BEFORE_LEEWAY = 60_000;
const GOOGLE = 'https://accounts.google.com';

export function newVerifier(issuer: string, keySet: KeySet, { audiences, signingAlgorithms, clock }: VerifierOptions): Verifier {
  return async function verify(token) {
    const claims = claimsOf(token);
    const iss = text(claims, 'iss');
    if (iss !== issuer && !(issuer === GOOGLE && iss === 'accounts.google.com')) throw new Error(`oidc: id token issued by a different provider, expected ${quote(issuer)} got ${quote(iss)}`);
    const meant = audiencesOf(claims);
    if (audiences.length === 1 && !meant.includes(audiences[0]!)) throw new Error(`oidc: expected audience ${quote(audiences[0]!)} got ${list(meant)}`);
    checkTimes(claims, clock.now());
    const { keyID, algorithm } = headerOf(token);
    if (!signingAlgorithms.includes(algorithm)) throw new Error(`oidc: id token signed with unsupported algorithm, expected ${list(signingAlgorithms)} got ${quote(algorithm)}`);
    await keySet(token, keyID, algorithm).catch((err: unknown) => {
      throw new Error(`failed to verify signature: ${err instanceof Error ? err.message : String(err)}`, { cause: err });
    });
    if (!meant.some((each) => audiences.includes(each))) throw new Error(`oidc: expected audience in ${list([...audiences].sort())} got ${list(meant)}`);
    return claims;
  };
}

const list = (values: readonly string[]) => `[${values.map(quote).join(' ')}]`;

function claimsOf(token: string): Claims {
  const parts = token.split('.');
  if (parts.length < 2) throw new Error(`oidc: malformed jwt: oidc: malformed jwt, expected 3 parts got ${parts.length}`);
  try {
    const claims = decodePart(parts[1] ?? '');
    checkSources(claims);
    return claims;
  } catch (err) {
    throw err instanceof ClaimSourceError ? err : new Error(`oidc: failed to unmarshal claims: ${err instanceof Error ? err.message : String(err)}`, { cause: err });
  }
}

class ClaimSourceError extends Error {}

/** A claim that is said to be elsewhere must be said where. */
function checkSources({ _claim_names: names, _claim_sources: sources }: Claims): void {
  for (const source of Object.values(isFields(names) ? names : {})) {
    if (source === '') throw new ClaimSourceError('oidc: failed to obtain source from claim name');
    if (typeof source !== 'string' || !isFields(sources) || !Object.hasOwn(sources, source)) throw new ClaimSourceError('oidc: source does not exist');
  }
}

function text(claims: Claims, name: string): string {
  const value = claims[name];
  return typeof value === 'string' ? value : '';
}

function audiencesOf({ aud }: Claims): string[] {
  return (Array.isArray(aud) ? aud : [aud]).filter((each) => typeof each === 'string');
}

function checkTimes({ exp, nbf }: Claims, now: number): void {
  if (typeof exp !== 'number' || exp * 1000 < now) throw new Error(`oidc: token is expired (Token Expiry: ${typeof exp === 'number' ? goTime(exp * 1000) : '0001-01-01 00:00:00 +0000 UTC'})`);
  if (typeof nbf === 'number' && now + NOT_BEFORE_LEEWAY < nbf * 1000) throw new Error(`oidc: current time ${goTime(now)} before the nbf (not before) time: ${goTime(nbf * 1000)}`);
}

const goTime = (ms: number) => `${new Date(Math.floor(ms / 1000) * 1000).toISOString().slice(0, 19).replace('T', ' ')} +0000 UTC`;

function headerOf(token: string): { keyID: string; algorithm: string } {
  const parts = token.split('.');
  try {
    if (parts.length !== 3) throw new Error('square/go-jose: compact JWS format must have three parts');
    const header = decodePart(parts[0] ?? '');
    return { keyID: text(header, 'kid'), algorithm: text(header, 'alg') };
  } catch (err) {
    throw new Error(`oidc: malformed jwt: ${err instanceof Error ? err.message : String(err)}`, { cause: err });
  }
}
