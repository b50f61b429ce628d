/**
 * JSON Web Tokens: signing claims, and believing those of others.
 *
 * Upstream: pkg/serviceaccount/jwt.go, with gopkg.in/go-jose's compact serialization. Leaves out algorithms that a key
 * could verify beside its own (RS384 and PS256 for an RSA key): no issuer of these tokens uses them.
 */
import { isFields } from '../../apimachinery/access.ts';
import type { Fields } from '../../apimachinery/access.ts';
import { quote } from '../../apimachinery/quote.ts';
import { addAuditAnnotation } from '../../audit/context.ts';
import { newAggregate } from '../../http/aggregate.ts';
import type { RequestContext } from '../../http/context.ts';
import { intersect } from '../audiences.ts';
import type { TokenAuthenticator, UserInfo } from '../interfaces.ts';
import { decodeBase64URL, encodeBase64URL } from '../../apimachinery/base64.ts';
import type { PublicKey, ServiceAccountKeys, Signer } from './keys.ts';

/** Claims of a token whose signature is good; what a claim should be is checked where it is used. */
export type Claims = Fields;

/** Answers the user whom the claims stand for; throws where they do not hold. */
export type Validator = (ctx: RequestContext, token: string, claims: Claims) => Promise<UserInfo>;

export async function generateToken({ algorithm, keyID, sign }: Signer, claims: Claims): Promise<string> {
  const inOrder = Object.fromEntries(Object.entries(claims).sort(([a], [b]) => (a < b ? -1 : 1)));
  const signed = `${encode({ alg: algorithm, kid: keyID })}.${encode(inOrder)}`;
  return `${signed}.${encodeBase64URL(await sign(new TextEncoder().encode(signed)))}`;
}

export interface JWTAuthenticatorOptions {
  issuers: readonly string[];
  keys: ServiceAccountKeys;
  /** Whom a token that names no audience is for, and who is asked where the request does not say. */
  implicitAudiences: readonly string[];
  validate: Validator;
}

export function newJWTTokenAuthenticator({ issuers, keys, implicitAudiences, validate }: JWTAuthenticatorOptions): TokenAuthenticator {
  return {
    async authenticateToken(ctx, token, requested = implicitAudiences) {
      const parts = token.split('.');
      const [header, claims] = [decode(parts[0]), decode(parts[1])];
      const signature = decodeBase64URL(parts[2] ?? '');
      // somebody else's tokens are somebody else's business
      if (parts.length !== 3 || !header || !claims || !signature || !issuers.includes(textOf(claims['iss']))) return undefined;
      const known = await keys.publicKeys(textOf(header['kid']));
      if (known.length === 0) throw new Error('invalid signature, no keys found');
      await checkSignature(known, textOf(header['alg']), signature, new TextEncoder().encode(token.slice(0, token.lastIndexOf('.'))));

      const named = audiencesOf(claims);
      if (named.length === 0) addAuditAnnotation(ctx, 'authentication.k8s.io/legacy-token', textOf(claims['sub']));
      const meant = named.length > 0 ? named : implicitAudiences;
      const audiences = intersect(meant, requested);
      if (audiences.length === 0) throw new Error(`token audiences ${list(meant)} is invalid for the target audiences ${list(requested)}`);
      return { user: await validate(ctx, token, claims), audiences };
    },
  };
}

async function checkSignature(keys: PublicKey[], algorithm: string, signature: Uint8Array<ArrayBuffer>, signed: Uint8Array<ArrayBuffer>): Promise<void> {
  for (const { jwk, verify } of keys) if (jwk.alg === algorithm && (await verify(signature, signed))) return;
  throw newAggregate(keys.map(() => 'go-jose/go-jose: error in cryptographic primitive'));
}

const textOf = (value: unknown) => (typeof value === 'string' ? value : '');

function audiencesOf({ aud }: Claims): string[] {
  return (Array.isArray(aud) ? aud : [aud]).filter((each) => typeof each === 'string');
}

const list = (values: readonly string[]) => `[${values.map(quote).join(' ')}]`;

const encode = (value: object) => encodeBase64URL(new TextEncoder().encode(JSON.stringify(value)));

/** The object in a part of a token. */
function decode(part = ''): Fields | undefined {
  try {
    const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(decodeBase64URL(part)));
    return isFields(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
