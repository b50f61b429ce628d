import { once } from 'node:events';
import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from 'node:tls';
import type { ConnectionOptions } from 'node:tls';
import { afterAll, describe, expect, onTestFinished, test } from 'vitest';
import { recordingLog } from '../filters/testing.ts';
import { servingCertificate } from './certificates.ts';
import { parseFlags } from './flags.ts';
import { followCertificates, secureServingFromFlags } from './secure-serving.ts';
import { ca, cert, key, serveTLS } from './serving.test-util.ts';

const dir = mkdtempSync(join(tmpdir(), 'secure-serving-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

/** Shakes hands; throws what TLS says against it. */
async function shake(port: number, options: ConnectionOptions) {
  const socket = connect({ host: '127.0.0.1', port, ca, ...options });
  await once(socket, 'secureConnect');
  const result = { version: socket.getProtocol(), cipher: socket.getCipher().standardName, group: socket.getEphemeralKeyInfo(), subject: socket.getPeerX509Certificate()?.subject };
  socket.destroy();
  return result;
}

const TLS12 = { maxVersion: 'TLSv1.2' } as const;

describe('TLS', () => {
  test.each<[string[], ConnectionOptions, string | undefined, string | undefined]>([
    [[], {}, 'TLSv1.3', undefined],
    [[], TLS12, 'TLSv1.2', 'TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256'],
    [[], { ...TLS12, ciphers: 'ECDHE-ECDSA-AES256-SHA' }, 'TLSv1.2', 'TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA'],
    [[], { ...TLS12, ciphers: 'ECDHE-ECDSA-AES128-SHA256' }, undefined, undefined],
    [[], { ...TLS12, ciphers: 'DHE-RSA-AES128-GCM-SHA256:AES128-SHA' }, undefined, undefined],
    [[], { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'ALL:@SECLEVEL=0' }, undefined, undefined],
    [['--tls-min-version=VersionTLS11'], { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'ALL:@SECLEVEL=0' }, 'TLSv1.1', undefined],
    [['--tls-min-version=VersionTLS13'], TLS12, undefined, undefined],
    [['--tls-min-version=VersionTLS13'], {}, 'TLSv1.3', undefined],
    [['--tls-cipher-suites=TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256'], { ...TLS12, ciphers: 'ECDHE-ECDSA-CHACHA20-POLY1305' }, 'TLSv1.2', 'TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256'],
    [['--tls-cipher-suites=TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256'], { ...TLS12, ciphers: 'ECDHE-ECDSA-AES256-GCM-SHA384' }, undefined, undefined],
    [['--tls-cipher-suites=TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256'], { ciphers: 'TLS_AES_256_GCM_SHA384' }, 'TLSv1.3', 'TLS_AES_256_GCM_SHA384'],
    [['--tls-curve-preferences=24'], { ecdhCurve: 'X25519:P-384' }, 'TLSv1.3', undefined],
    [['--tls-curve-preferences=24'], { ecdhCurve: 'X25519' }, undefined, undefined],
    [[], { ecdhCurve: 'X25519MLKEM768' }, 'TLSv1.3', undefined],
  ])('with %j, a client with %j gets %s', async (flags, options, version, cipher) => {
    const { port } = await serveTLS((_req, res) => void res.end(), ...flags);
    const shaken = shake(port, options);
    if (version === undefined) await expect(shaken).rejects.toThrow(/alert|ECONNRESET|no shared cipher|handshake/);
    else expect(await shaken).toMatchObject({ version, ...(cipher && { cipher }) });
  });

  test.each([
    ['--tls-cipher-suites=TLS_RSA_WITH_RC4_128_SHA', /^--tls-cipher-suites: .*TLS_RSA_WITH_RC4_128_SHA not supported/],
    ['--tls-cipher-suites=TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA', /^--tls-cipher-suites: HTTP\/2 requires one of /],
    ['--tls-curve-preferences=1', /^--tls-curve-preferences: curve 1 not supported/],
    ['--tls-curve-preferences=P-256', /^invalid value for --tls-curve-preferences: must be a whole number/],
    ['--tls-min-version=TLS12', /^invalid value for --tls-min-version: /],
    ['--tls-sni-cert-key=only.crt', /^--tls-sni-cert-key: expected comma separated certificate and key file paths, found only\.crt/],
    ['--tls-sni-cert-key=none.crt,none.key', /^--tls-sni-cert-key none\.crt,none\.key cannot be served: ENOENT/],
    ['--http2-max-streams-per-connection=many', /^invalid value for --http2-max-streams-per-connection: must be a whole number/],
    ['--goaway-chance=0.03', /^invalid value for --goaway-chance: can not be less than 0 or greater than 0\.02/],
    ['--strict-transport-security-directives=max-age', /^invalid value for --strict-transport-security-directives: allowed values: /],
    ['--cors-allowed-origins=example.com', /^invalid value for --cors-allowed-origins: regular expression does not pin to start\/end of host/],
    ['--shutdown-delay-duration=-1s', /^invalid value for --shutdown-delay-duration: must be a duration/],
  ])('%s is refused in one line', async (flag, message) => {
    await expect((async () => secureServingFromFlags(parseFlags([flag]), { cert, key }))()).rejects.toThrow(message);
  });

  test('takes what HTTP/2 could not use where there is none', async () => {
    const { http2 } = await secureServingFromFlags(parseFlags(['--tls-cipher-suites=TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA', '--disable-http2-serving']), { cert, key });
    expect(http2).toBeUndefined();
  });
});

/** A certificate of an authority of its own, which tells it apart, for these names. */
async function pair(folder: string, names: string[]) {
  const made = await servingCertificate(join(dir, folder), names);
  return { flag: `${join(dir, folder)}/apiserver.crt,${join(dir, folder)}/apiserver.key`, ca: made.ca, cert: made.cert, key: made.key };
}

describe('the certificate that a client sees', () => {
  test.each([
    ['plain.test', 'own'],
    ['a.wild.test', 'wild'],
    ['exact.wild.test', 'exact'],
    ['in-it.test', 'inIt'],
    ['also.test', 'exact'],
  ])('for %s is %s', async (servername, expected) => {
    const [own, wild, exact, inIt] = await Promise.all([pair('own', ['plain.test', '127.0.0.1']), pair('wild', ['other.test']), pair('exact', ['also.test']), pair('in-it', ['in-it.test', 'also.test'])]);
    const authorities = { own: [ca], wild: [wild.ca], exact: [exact.ca], inIt: [inIt.ca] };
    const { port } = await serveTLS((_req, res) => void res.end(), `--tls-sni-cert-key=${inIt.flag}`, `--tls-sni-cert-key=${wild.flag}:*.wild.test`, `--tls-sni-cert-key=${exact.flag}:exact.wild.test,also.test`);
    expect(own.ca).not.toBe(ca);
    for (const [name, authority] of Object.entries(authorities)) {
      const shaken = shake(port, { servername, ca: authority, checkServerIdentity: () => undefined });
      if (name === expected) await shaken;
      else await expect(shaken).rejects.toThrow(/unable to verify|self-signed|certificate signature failure|unable to get local issuer/);
    }
  });

  test.each([
    ['any name', undefined, (certFile: string, keyFile: string) => [`--tls-cert-file=${certFile}`, `--tls-private-key-file=${keyFile}`]],
    ['a name', 'named.test', (certFile: string, keyFile: string) => [`--tls-sni-cert-key=${certFile},${keyFile}:named.test`]],
  ])('for %s is the new one once its files have changed, and stays while they cannot be served', async (_, servername, flagsFor) => {
    const [before, after] = await Promise.all([pair('before', ['127.0.0.1']), pair('after', ['127.0.0.1'])]);
    const [certFile, keyFile] = [join(dir, 'tls.crt'), join(dir, 'tls.key')];
    const put = ({ cert, key }: { cert: string; key: string }) => {
      for (const [name, text] of [[keyFile, key], [certFile, cert]] as const) {
        writeFileSync(`${name}.new`, text);
        renameSync(`${name}.new`, name);
      }
    };
    mkdirSync(dir, { recursive: true });
    put(before);
    const flags = flagsFor(certFile, keyFile);
    const { port, setCertificates } = await serveTLS((_req, res) => void res.end(), ...flags);
    const log = recordingLog();
    onTestFinished(followCertificates(parseFlags(flags), setCertificates, log));
    const shown = () => shake(port, { ca: [after.ca], checkServerIdentity: () => undefined, ...(servername && { servername }) }).then(({ subject }) => subject, String);
    put({ cert: 'broken', key: before.key });
    await expect.poll(() => log.lines.map(({ message }) => message)).toContain('Unable to load the serving certificate');
    expect(await shown()).not.toBe('CN=kube-apiserver');
    put(after);
    await expect.poll(shown).toBe('CN=kube-apiserver');
  });
});
