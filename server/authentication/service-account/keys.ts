/**
 * The keys that service account tokens are signed and verified with.
 *
 * Upstream: pkg/serviceaccount/jwt.go (signerFromRSAPrivateKey and its siblings, StaticPublicKeysGetter). Leaves out
 * external signers. A server that is given no key makes one when the first token is asked for, or the first that could be
 * its own comes in: kube-apiserver does not start without.
 */
import { encodeBase64URL } from '../../apimachinery/base64.ts';

/** A JSON Web Key of a public key, its fields in the order in which upstream writes them. */
export interface PublicJWK {
  use: 'sig';
  kty: string;
  kid: string;
  crv?: string;
  alg: string;
  x?: string;
  y?: string;
  n?: string;
  e?: string;
}

export interface PublicKey {
  jwk: PublicJWK;
  verify(signature: Uint8Array<ArrayBuffer>, signed: Uint8Array<ArrayBuffer>): Promise<boolean>;
}

export interface Signer {
  algorithm: string;
  keyID: string;
  sign(data: Uint8Array<ArrayBuffer>): Promise<Uint8Array>;
}

export interface ServiceAccountKeys {
  signer(): Promise<Signer>;
  /** Those of this id; all of them without one. */
  publicKeys(keyID?: string): Promise<PublicKey[]>;
}

export interface KeyOptions {
  /** `--service-account-signing-key-file`, as a private JWK. */
  signingKey?: JsonWebKey;
  /** `--service-account-key-file`, as public JWKs. */
  publicKeys: JsonWebKey[];
}

type Algorithm = { alg: string; params: RsaHashedImportParams & EcKeyImportParams & EcdsaParams };

const ecdsa = (alg: string, namedCurve: string, hash: string): Algorithm => ({ alg, params: { name: 'ECDSA', namedCurve, hash } });
const RS256: Algorithm = { alg: 'RS256', params: { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256', namedCurve: '' } };
const ALGORITHMS: Record<string, Algorithm> = {
  RSA: RS256,
  'P-256': ecdsa('ES256', 'P-256', 'SHA-256'),
  'P-384': ecdsa('ES384', 'P-384', 'SHA-384'),
  'P-521': ecdsa('ES512', 'P-521', 'SHA-512'),
};

export function newServiceAccountKeys(options: KeyOptions): ServiceAccountKeys {
  let made: Promise<{ signer: Signer; publicKeys: PublicKey[] }> | undefined;
  const keys = () => (made ??= load(options));
  return {
    signer: async () => (await keys()).signer,
    async publicKeys(keyID = '') {
      const { publicKeys } = await keys();
      return publicKeys.filter(({ jwk }) => keyID === '' || jwk.kid === keyID);
    },
  };
}

async function load({ signingKey, publicKeys }: KeyOptions) {
  const privateKey = signingKey ?? (await generate());
  const own = publicKeys.length > 0 ? publicKeys : [publicPart(privateKey)];
  return { signer: await newSigner(privateKey), publicKeys: await Promise.all(own.map(newPublicKey)) };
}

async function generate(): Promise<JsonWebKey> {
  const { privateKey } = await crypto.subtle.generateKey({ ...RS256.params, modulusLength: 2048, publicExponent: new Uint8Array([1, 0, 1]) }, true, ['sign', 'verify']);
  return crypto.subtle.exportKey('jwk', privateKey);
}

function algorithmOf({ kty, crv }: JsonWebKey): Algorithm {
  const found = ALGORITHMS[kty === 'RSA' ? 'RSA' : (crv ?? '')];
  if (!found) throw new Error('unknown public key type, must be RSA, or ECDSA with curve 256, 384, or 521');
  return found;
}

function publicPart({ kty, crv, x, y, n, e }: JsonWebKey): JsonWebKey {
  return kty === 'RSA' ? { kty, n: n ?? '', e: e ?? '' } : { kty: kty ?? '', crv: crv ?? '', x: x ?? '', y: y ?? '' };
}

async function newSigner(jwk: JsonWebKey): Promise<Signer> {
  const { alg, params } = algorithmOf(jwk);
  const key = await crypto.subtle.importKey('jwk', { ...jwk, key_ops: ['sign'] }, params, false, ['sign']);
  const { jwk: { kid } } = await newPublicKey(publicPart(jwk));
  return { algorithm: alg, keyID: kid, sign: async (data) => new Uint8Array(await crypto.subtle.sign(params, key, data)) };
}

async function newPublicKey(jwk: JsonWebKey): Promise<PublicKey> {
  const { alg, params } = algorithmOf(jwk);
  const { kty = '', crv, x, y, n, e } = jwk;
  const key = await crypto.subtle.importKey('jwk', publicPart(jwk), params, true, ['verify']);
  // an id that the key cannot be told from
  const digest = await crypto.subtle.digest('SHA-256', await crypto.subtle.exportKey('spki', key));
  const kid = encodeBase64URL(new Uint8Array(digest));
  return {
    jwk: { use: 'sig', kty, kid, ...(crv && { crv }), alg, ...(x && { x }), ...(y && { y }), ...(n && { n }), ...(e && { e }) },
    verify: (signature, signed) => crypto.subtle.verify(params, key, signature, signed),
  };
}
