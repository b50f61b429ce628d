/**
 * Knows clients by the certificate that they show on their connection: its common name is the user, its organizations
 * are the groups.
 *
 * Upstream: k8s.io/apiserver/pkg/authentication/request/x509/x509.go. A chain is verified once for a connection, and again only when something in it has expired, or others are
 * believed.
 */
// what x509 is built on needs it
import 'reflect-metadata';
import * as x509 from '@peculiar/x509';
import type { Clock } from '../../http/context.ts';
import type { Authenticator, AuthenticatorResponse, PeerCertificates } from '../interfaces.ts';
import { verify } from './verify.ts';

const UID = '1.3.6.1.4.1.57683.2';
const CREDENTIAL_ID = 'authentication.kubernetes.io/credential-id';

export interface VerifyOptions {
  /** Who is believed by now. */
  roots(): readonly x509.X509Certificate[];
  clock: Clock;
  /** Is told of each request in how many milliseconds its certificate expires. */
  expires?: ((milliseconds: number) => void) | undefined;
}

/** What `convert` makes of a client's certificate, once the certificate is verified. */
function newVerifier<T>({ roots, clock, expires }: VerifyOptions, convert: (leaf: x509.X509Certificate) => Promise<T>, refusal = (_leaf: x509.X509Certificate, why: string) => why): (peer: PeerCertificates) => Promise<T> {
  const known = new WeakMap<PeerCertificates, { value: T; notAfter: number; until: number; believed: readonly x509.X509Certificate[] }>();
  return async (peer) => {
    const now = clock.now();
    const believed = roots();
    const found = known.get(peer);
    if (found?.believed === believed && now <= found.until) {
      expires?.(found.notAfter - now);
      return found.value;
    }
    const [leaf, ...intermediates] = peer.map((der) => new x509.X509Certificate(der));
    const notAfter = leaf!.notAfter.getTime();
    expires?.(notAfter - now);
    const until = await verify(leaf!, intermediates, believed, now).catch((err: unknown) => {
      throw new Error(refusal(leaf!, err instanceof Error ? err.message : String(err)), { cause: err });
    });
    const value = await convert(leaf!);
    known.set(peer, { value, notAfter, until, believed });
    return value;
  };
}

export function newX509Authenticator(options: VerifyOptions): Authenticator {
  const verified = newVerifier(options, userOf, (leaf, why) => `verifying certificate ${certificateIdentifier(leaf)} failed: ${why}`);
  return { authenticateRequest: ({ peerCertificates }) => (peerCertificates ? verified(peerCertificates) : undefined) };
}

/** Believes what `headers` says of requests that come from a front proxy with a certificate of an allowed name. */
export function newX509Verifier(options: VerifyOptions, headers: Authenticator, allowedCommonNames: readonly string[]): Authenticator {
  const verified = newVerifier(options, async (leaf) => commonName(leaf));
  return {
    async authenticateRequest(req) {
      if (!req.peerCertificates) return undefined;
      const name = await verified(req.peerCertificates);
      if (allowedCommonNames.length > 0 && !allowedCommonNames.includes(name)) throw new Error(`x509: subject with cn=${name} is not in the allowed list`);
      return headers.authenticateRequest(req);
    },
  };
}

const commonName = ({ subjectName }: x509.X509Certificate) => subjectName.getField('CN').at(-1) ?? '';

/** Upstream's CommonNameUserConversion. */
async function userOf(leaf: x509.X509Certificate): Promise<AuthenticatorResponse | undefined> {
  const name = commonName(leaf);
  if (name === '') return undefined;
  const uid = uidOf(leaf);
  const fingerprint = hex(await crypto.subtle.digest('SHA-256', leaf.rawData));
  return { user: { name, ...(uid && { uid }), groups: leaf.subjectName.getField('O'), extra: { [CREDENTIAL_ID]: [`X509SHA256=${fingerprint}`] } } };
}

function uidOf({ subjectName }: x509.X509Certificate): string {
  const [uid, ...more] = subjectName.getField(UID);
  if (more.length > 0) throw new Error(`expected 1 UID, but found multiple: [${[uid, ...more].join(' ')}]`);
  if (uid === '') throw new Error('UID cannot be an empty string');
  return uid ?? '';
}

function certificateIdentifier(cert: x509.X509Certificate): string {
  const colons = (id = '') => id.toUpperCase().match(/../g)?.join(':') ?? '';
  const subject = cert.getExtension(x509.SubjectKeyIdentifierExtension)?.keyId;
  const authority = cert.getExtension(x509.AuthorityKeyIdentifierExtension)?.keyId;
  return `SN=${BigInt(`0x${cert.serialNumber}`)}, SKID=${colons(subject)}, AKID=${colons(authority)}`;
}

const hex = (bytes: ArrayBuffer) => Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, '0')).join('');
