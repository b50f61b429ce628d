import 'reflect-metadata';
import * as x509 from '@peculiar/x509';
import { describe, expect, test } from 'vitest';
import type { RequestContext } from '../../http/context.ts';
import type { Authenticator, PeerCertificates } from '../interfaces.ts';
import { parseCertsPEM } from './cert-pool.ts';
import { FOR_CLIENTS, FOR_SERVERS, newTestAuthority, newTestCertificate } from './testing.ts';
import type { CertificateOptions, TestCertificate } from './testing.ts';
import { newX509Authenticator, newX509Verifier } from './x509.ts';

const UID = '1.3.6.1.4.1.57683.2';
const HOUR_MS = 3600_000;
const clock = { now: () => Date.now() };
const root = await newTestAuthority('root');
const middle = await newTestAuthority('middle', { issuer: root });
const alice: x509.JsonName = [{ CN: ['alice'] }, { O: ['dev', 'ops'] }, { O: ['night'] }];

const client = (options: Partial<CertificateOptions> = {}) => newTestCertificate({ subject: alice, issuer: root, extensions: [FOR_CLIENTS], ...options });
const request = (peerCertificates?: PeerCertificates) => ({ ctx: {} as RequestContext, headers: {}, url: '/', ...(peerCertificates && { peerCertificates }) });
const always = (roots: readonly x509.X509Certificate[]) => () => roots;
const authenticator = (roots = [root]) => newX509Authenticator({ roots: always(roots.map(({ cert }) => cert)), clock });
const ask = async (chain: TestCertificate[], asked: Authenticator = authenticator()) => asked.authenticateRequest(request(chain.map(({ der }) => der)));

describe('a client certificate', () => {
  test('names the user, the groups and itself', async () => {
    const cert = await client();
    const fingerprint = Buffer.from(await crypto.subtle.digest('SHA-256', cert.der)).toString('hex');
    expect(await ask([cert])).toEqual({ user: { name: 'alice', groups: ['dev', 'ops', 'night'], extra: { 'authentication.kubernetes.io/credential-id': [`X509SHA256=${fingerprint}`] } } });
  });

  test.each<[string, () => Promise<TestCertificate[]>]>([
    ['through an authority between', async () => [await client({ issuer: middle }), middle]],
    ['through one of several, in any order', async () => [await client({ issuer: middle }), await newTestAuthority('other'), middle]],
    ['without a purpose', async () => [await client({ extensions: [] })]],
    ['for any purpose', async () => [await client({ extensions: [new x509.ExtendedKeyUsageExtension(['2.5.29.37.0'])] })]],
  ])('%s is believed', async (_what, chain) => {
    expect((await ask(await chain()))?.user.name).toBe('alice');
  });

  test.each<[string, CertificateOptions['algorithm']]>([
    ['RSA', { name: 'RSASSA-PKCS1-v1_5', modulusLength: 2048, publicExponent: new Uint8Array([1, 0, 1]), hash: 'SHA-256' }],
    ['P-384', { name: 'ECDSA', namedCurve: 'P-384', hash: 'SHA-256' }],
    ['Ed25519', { name: 'Ed25519' }],
  ])('of an authority with a key of %s is believed', async (_name, algorithm) => {
    const authority = await newTestAuthority('its own', { ...(algorithm && { algorithm }) });
    expect((await ask([await client({ issuer: authority })], authenticator([authority])))?.user.name).toBe('alice');
  });

  test('that is an authority of its own is believed', async () => {
    const own = await newTestCertificate({ subject: alice });
    expect((await ask([own], authenticator([own])))?.user.name).toBe('alice');
  });

  test('without a common name names nobody', async () => {
    expect(await ask([await client({ subject: [{ O: ['dev'] }] })])).toBeUndefined();
  });

  test('of two common names counts the last', async () => {
    expect((await ask([await client({ subject: [{ CN: ['a'] }, { CN: ['b'] }] })]))?.user.name).toBe('b');
  });

  test('that nobody shows is no error', async () => {
    expect(await authenticator().authenticateRequest(request())).toBeUndefined();
  });
});

describe('a client certificate is refused', () => {
  const sha1 = { name: 'RSASSA-PKCS1-v1_5', modulusLength: 2048, publicExponent: new Uint8Array([1, 0, 1]), hash: 'SHA-1' };
  test.each<[string, () => Promise<TestCertificate[]>, RegExp]>([
    ['that expired', async () => [await client({ notAfter: Date.now() - HOUR_MS })], /: x509: certificate has expired or is not yet valid: current time [-\dT:]+Z is after [-\dT:]+Z$/],
    ['that is not good yet', async () => [await client({ notBefore: Date.now() + HOUR_MS })], /: x509: certificate has expired or is not yet valid: current time [-\dT:]+Z is before [-\dT:]+Z$/],
    ['for servers', async () => [await client({ extensions: [FOR_SERVERS] })], /: x509: certificate specifies an incompatible key usage$/],
    ['of an authority for servers', async () => {
      const authority = await newTestAuthority('servers', { issuer: root, extensions: [FOR_SERVERS] });
      return [await client({ issuer: authority }), authority];
    }, /: x509: certificate specifies an incompatible key usage$/],
    ['of nobody known', async () => [await client({ issuer: await newTestAuthority('foreign') })], /: x509: certificate signed by unknown authority$/],
    ['that vouches for itself', async () => [await newTestCertificate({ subject: alice })], /: x509: certificate signed by unknown authority$/],
    ['of an authority that is not shown', async () => [await client({ issuer: middle })], /: x509: certificate signed by unknown authority$/],
    ['of one with the name of an authority', async () => [await client({ issuer: await newTestAuthority('root') })], /unknown authority \(possibly because of "x509: signature verification failure" while trying to verify candidate authority certificate "root"\)$/],
    ['of one that is no authority', async () => {
      const other = await client({ subject: [{ CN: ['bob'] }] });
      return [await client({ issuer: other }), other];
    }, /\(possibly because of "x509: invalid signature: parent certificate cannot sign this kind of certificate" while/],
    ['of an authority that must not sign', async () => {
      const other = await newTestAuthority('silent', { issuer: root, extensions: [new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true)] });
      return [await client({ issuer: other }), other];
    }, /cannot sign this kind of certificate/],
    ['of an authority that expired', async () => {
      const other = await newTestAuthority('late', { issuer: root, notAfter: Date.now() - HOUR_MS });
      return [await client({ issuer: other }), other];
    }, /\(possibly because of "x509: certificate has expired .* candidate authority certificate "late"\)$/],
    ['behind more authorities than allowed', async () => {
      const first = await newTestAuthority('first', { issuer: root, pathLength: 0 });
      const second = await newTestAuthority('second', { issuer: first });
      return [await client({ issuer: second }), second, first];
    }, /\(possibly because of "x509: too many intermediates for path length constraint"/],
    ['with an unknown critical extension', async () => [await client({ extensions: [new x509.Extension('1.2.3.4', true, new Uint8Array([5, 0]))] })], /: x509: unhandled critical extension$/],
    ['of an authority with constraints on names', async () => {
      const other = await newTestAuthority('narrow', { issuer: root, extensions: [new x509.Extension('2.5.29.30', true, new Uint8Array([0x30, 0]))] });
      return [await client({ issuer: other }), other];
    }, /\(possibly because of "x509: unhandled critical extension"/],
    ['with a signature that can be forged', async () => {
      const other = await newTestAuthority('old', { issuer: root, algorithm: sha1 });
      return [await client({ issuer: other, signingAlgorithm: sha1 }), other];
    }, /\(possibly because of "x509: cannot verify signature: insecure algorithm SHA1-RSA"/],
    ['with an empty uid', async () => [await client({ subject: [...alice, { [UID]: [''] }] })], /^UID cannot be an empty string$/],
    ['with two uids', async () => [await client({ subject: [...alice, { [UID]: ['a'] }, { [UID]: ['b'] }] })], /^expected 1 UID, but found multiple: \[a b\]$/],
  ])('%s', async (_what, chain, message) => {
    await expect(ask(await chain())).rejects.toThrow(message);
  });

  test('and named by its numbers', async () => {
    const keyID = await x509.SubjectKeyIdentifierExtension.create(root.keys.publicKey);
    const authorityID = await x509.AuthorityKeyIdentifierExtension.create(root.keys.publicKey);
    const cert = await newTestCertificate({ subject: alice, issuer: await newTestAuthority('foreign'), extensions: [keyID, authorityID] });
    const id = keyID.keyId.toUpperCase().replaceAll(/(..)(?=.)/g, '$1:');
    await expect(ask([cert])).rejects.toThrow(`verifying certificate SN=${BigInt(`0x${cert.cert.serialNumber}`)}, SKID=${id}, AKID=${id} failed: x509: certificate signed by unknown authority`);
  });

  test('once it has expired, on a connection where it was good', async () => {
    let now = Date.now();
    const asked = newX509Authenticator({ roots: always([root.cert]), clock: { now: () => now } });
    const req = request([(await client({ notAfter: now + HOUR_MS })).der]);
    expect((await asked.authenticateRequest(req))?.user.name).toBe('alice');
    now += 2 * HOUR_MS;
    await expect(asked.authenticateRequest(req)).rejects.toThrow('certificate has expired');
  });
});

test('a uid in the subject is that of the user', async () => {
  expect((await ask([await client({ subject: [...alice, { [UID]: ['u-1'] }] })]))?.user.uid).toBe('u-1');
});

describe('a front proxy', () => {
  const headers: Authenticator = { authenticateRequest: () => ({ user: { name: 'bob', groups: [] } }) };
  const asked = (...names: string[]) => newX509Verifier({ roots: always([root.cert]), clock }, headers, names);

  test.each([[[]], [['alice']], [['proxy', 'alice']]])('is believed where %j may be', async (names) => {
    expect((await ask([await client()], asked(...names)))?.user.name).toBe('bob');
  });

  test('of another name is not', async () => {
    await expect(ask([await client()], asked('proxy'))).rejects.toThrow(/^x509: subject with cn=alice is not in the allowed list$/);
  });

  test('of another authority is not', async () => {
    await expect(ask([await client({ issuer: await newTestAuthority('foreign') })], asked())).rejects.toThrow(/^x509: certificate signed by unknown authority$/);
  });

  test('without a certificate is none', async () => {
    expect(await asked().authenticateRequest(request())).toBeUndefined();
  });
});

describe('a file of authorities', () => {
  test('holds certificates among other things', () => {
    expect(parseCertsPEM(`# both\n${root.key}\n${root.pem}\n${middle.pem}`).map(({ subject }) => subject)).toEqual(['CN=root', 'CN=middle']);
  });

  test.each([
    ['', 'data does not contain any valid RSA or ECDSA certificates'],
    ['nothing', 'data does not contain any valid RSA or ECDSA certificates'],
    [root.key, 'data does not contain any valid RSA or ECDSA certificates'],
    [`${root.pem}-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n`, /^line \d+: /],
    [root.pem.slice(0, 200), /^line 1: a block of PEM has no end$/],
    [`\n${root.pem.slice(0, 200)}\n${root.pem}`, /^line 2: a block of PEM has no end$/],
  ])('is refused: %j', (pem, message) => {
    expect(() => parseCertsPEM(pem)).toThrow(message);
  });
});
