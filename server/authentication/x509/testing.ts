/** Authorities and certificates for tests. */
import 'reflect-metadata';
import * as x509 from '@peculiar/x509';

const ECDSA = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
const DAY_MS = 24 * 3600 * 1000;

export interface TestCertificate {
  cert: x509.X509Certificate;
  keys: CryptoKeyPair;
  der: Uint8Array<ArrayBuffer>;
  pem: string;
  key: string;
}

export interface CertificateOptions {
  subject: x509.JsonName;
  /** Without one the certificate vouches for itself. */
  issuer?: TestCertificate;
  extensions?: x509.Extension[];
  notBefore?: number;
  notAfter?: number;
  algorithm?: Algorithm | EcKeyGenParams | RsaHashedKeyGenParams;
  /** That of the issuer's key, where it is not to be signed with SHA-256. */
  signingAlgorithm?: EcdsaParams;
}

export async function newTestCertificate({ subject, issuer, extensions = [], notBefore = Date.now() - DAY_MS, notAfter = Date.now() + DAY_MS, algorithm = ECDSA, signingAlgorithm }: CertificateOptions): Promise<TestCertificate> {
  const keys = (await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])) as CryptoKeyPair;
  const signingKey = issuer?.keys.privateKey ?? keys.privateKey;
  const common = { extensions, notBefore: new Date(notBefore), notAfter: new Date(notAfter), signingAlgorithm: signingAlgorithm ?? { ...signingKey.algorithm, hash: 'SHA-256' } };
  const cert = issuer
    ? await x509.X509CertificateGenerator.create({ ...common, subject, issuer: issuer.cert.subject, publicKey: keys.publicKey, signingKey })
    : await x509.X509CertificateGenerator.createSelfSigned({ ...common, name: subject, keys });
  const key = x509.PemConverter.encode(await crypto.subtle.exportKey('pkcs8', keys.privateKey), 'PRIVATE KEY');
  return { cert, keys, der: new Uint8Array(cert.rawData), pem: `${cert.toString('pem')}\n`, key };
}

export const newTestAuthority = (name: string, options: Partial<CertificateOptions> & { pathLength?: number } = {}) =>
  newTestCertificate({ subject: [{ CN: [name] }], ...options, extensions: [new x509.BasicConstraintsExtension(true, options.pathLength, true), ...(options.extensions ?? [])] });

export const FOR_CLIENTS = new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.clientAuth]);
export const FOR_SERVERS = new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]);
