/**
 * Groups that a token does not hold itself: it says where a second token, which holds them, can be had.
 *
 * Upstream: claimResolver of k8s.io/apiserver/plugin/pkg/authenticator/token/oidc/oidc.go, for OpenID Connect Core 1.0,
 * section 5.6.2.
 */
import { isFields } from '../../apimachinery/access.ts';
import { quote } from '../../apimachinery/quote.ts';
import { hasClaim } from './claims.ts';
import type { Claims } from './claims.ts';
import type { HTTPGet } from './provider.ts';
import { untrustedIssuer } from './untrusted-issuer.ts';
import type { Verifier } from './verifier.ts';

export interface ResolverOptions {
  claim: string;
  get: HTTPGet;
  /** Undefined until the issuer has been asked for its keys. */
  verifierOf: (issuer: string) => Verifier | undefined;
}

/** The claims, with the one that is elsewhere. */
export async function expandClaims(claims: Claims, options: ResolverOptions): Promise<Claims> {
  const { claim } = options;
  if (hasClaim(claims, claim) || !hasClaim(claims, '_claim_names')) return claims;
  const { _claim_names: names, _claim_sources: sources } = claims;
  if (sources === undefined) throw new Error('oidc: no claim sources');
  const source = isFields(names) ? names[claim] : undefined;
  if (typeof source !== 'string') return claims;
  const endpoint = isFields(sources) ? sources[source] : undefined;
  if (!isFields(endpoint)) throw new Error(`id token _claim_names contained a source ${source} missing in _claims_sources`);
  const { endpoint: url, access_token: accessToken } = endpoint;
  if (typeof url !== 'string' || url === '') return claims;
  return { ...claims, [claim]: await resolve(url, typeof accessToken === 'string' ? accessToken : '', options) };
}

async function resolve(url: string, accessToken: string, { claim, get, verifierOf }: ResolverOptions): Promise<unknown> {
  const failed = (before: string) => (err: unknown): never => {
    throw new Error(`${before}: ${err instanceof Error ? err.message : String(err)}`, { cause: err });
  };
  const { status, statusText, body } = await get(url, accessToken === '' ? {} : { authorization: `Bearer ${accessToken}` }).catch(failed(`while getting distributed claim ${quote(claim)}`));
  if (status < 200 || status > 226) throw new Error(`while getting distributed claim ${quote(claim)}: error while getting distributed claim JWT: ${status} ${statusText}`);
  const issuer = untrustedIssuer(body);
  if (issuer instanceof Error) throw new Error(`getting untrusted issuer from endpoint ${url} failed for claim ${quote(claim)}: ${issuer.message}`);
  const verify = verifierOf(issuer);
  if (!verify) throw new Error(`verifying untrusted issuer ${issuer} failed: verifier not initialized for issuer: ${quote(issuer)}`);
  const distributed = await verify(body).catch(failed('verify distributed claim token'));
  if (!hasClaim(distributed, claim)) throw new Error(`jwt returned by distributed claim endpoint ${quote(url)} did not contain claim: ${claim}`);
  return distributed[claim];
}
