/**
 * An issuer's discovery document and its keys, fetched over HTTPS.
 *
 * Upstream: github.com/coreos/go-oidc v2 (oidc.go, jwks.go).
 */
import { compactVerify, importJWK } from 'jose';
import type { JWK } from 'jose';
import { isFields } from '../../apimachinery/access.ts';
import { quote } from '../../apimachinery/quote.ts';
import type { Clock } from '../../http/context.ts';

export interface HTTPAnswer {
  status: number;
  /** As in `404 Not Found`. */
  statusText: string;
  contentType: string;
  cacheControl: string;
  body: string;
}

/** Throws, in Go's words, where nothing answers. */
export type HTTPGet = (url: string, headers?: Record<string, string>) => Promise<HTTPAnswer>;

/** Throws unless one of the issuer's keys has signed the token. */
export type KeySet = (token: string, keyID: string, algorithm: string) => Promise<void>;

/** Milliseconds by which clocks may differ. */
const KEYS_EXPIRY_DELTA = 30_000;

/** Asks where the keys are. `discoveryURL` stands for the document's own place. */
export async function discover(issuer: string, discoveryURL: string, get: HTTPGet): Promise<{ jwksURL: string }> {
  const { status, statusText, body, contentType } = await get(discoveryURL || `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`);
  if (status !== 200) throw new Error(`${status} ${statusText}: ${body}`);
  const document = decode(body, contentType, 'oidc: failed to decode provider discovery object: ');
  const said = textOf(document['issuer']);
  if (said !== issuer) throw new Error(`oidc: issuer did not match the issuer returned by provider, expected ${quote(issuer)} got ${quote(said)}`);
  const jwksURL = textOf(document['jwks_uri']);
  if (jwksURL === '') throw new Error('provider did not return JWKS URL');
  return { jwksURL };
}

const textOf = (value: unknown) => (typeof value === 'string' ? value : '');

function decode(body: string, contentType: string, before: string): Record<string, unknown> {
  let why = 'json: cannot unmarshal into Go value';
  try {
    const value: unknown = JSON.parse(body);
    if (isFields(value)) return value;
  } catch (err) {
    why = err instanceof Error ? err.message : String(err);
  }
  const media = contentType.split(';', 1)[0]?.trim().toLowerCase();
  throw new Error(`${before}${media === 'application/json' ? 'got Content-Type = application/json, but could not unmarshal as JSON' : `expected Content-Type = application/json, got ${quote(contentType)}`}: ${why}`);
}

/** Keys are fetched when a token asks for one that is not known, unless those that are shall still be kept. */
export function newRemoteKeySet(jwksURL: string, get: HTTPGet, clock: Clock): KeySet {
  let cached: readonly JWK[] = [];
  let expiry = 0;
  let inFlight: Promise<readonly JWK[]> | undefined;

  async function update(): Promise<readonly JWK[]> {
    const answer = await get(jwksURL).catch((err: unknown) => {
      throw new Error(`oidc: get keys failed ${err instanceof Error ? err.message : String(err)}`, { cause: err });
    });
    if (answer.status !== 200) throw new Error(`oidc: get keys failed: ${answer.status} ${answer.statusText} ${answer.body}`);
    const { keys } = decode(answer.body, answer.contentType, 'oidc: failed to decode keys: ');
    cached = Array.isArray(keys) ? keys.filter(isFields) : [];
    expiry = clock.now() + maxAge(answer.cacheControl);
    return cached;
  }

  return async function remoteKeySet(token, keyID, algorithm) {
    if (await verifies(cached, token, keyID, algorithm)) return;
    if (clock.now() + KEYS_EXPIRY_DELTA <= expiry) throw new Error('failed to verify id token signature');
    inFlight ??= update().finally(() => (inFlight = undefined));
    const keys = await inFlight.catch((err: unknown) => {
      throw new Error(`fetching keys ${err instanceof Error ? err.message : String(err)}`, { cause: err });
    });
    if (!(await verifies(keys, token, keyID, algorithm))) throw new Error('failed to verify id token signature');
  };
}

async function verifies(keys: readonly JWK[], token: string, keyID: string, algorithm: string): Promise<boolean> {
  for (const jwk of keys) {
    if (keyID !== '' && jwk.kid !== keyID) continue;
    try {
      await compactVerify(token, await importJWK(jwk, algorithm), { algorithms: [algorithm] });
      return true;
    } catch {
      // another may have
    }
  }
  return false;
}

/** Milliseconds for which an answer may be kept. */
function maxAge(cacheControl: string): number {
  const directives = cacheControl.toLowerCase().split(',').map((each) => each.trim());
  if (directives.some((each) => ['no-store', 'no-cache', 'private'].includes(each.split('=', 1)[0] ?? ''))) return 0;
  const seconds = ['s-maxage', 'max-age'].map((name) => directives.find((each) => each.startsWith(`${name}=`))).find((each) => each !== undefined);
  return Number(/=(\d+)$/.exec(seconds ?? '')?.[1] ?? 0) * 1000;
}
