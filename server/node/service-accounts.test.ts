import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { newServiceAccountKeys } from '../authentication/service-account/keys.ts';
import { parseFlags } from './flags.ts';
import { serviceAccountsFromFlags } from './service-accounts.ts';

const dir = mkdtempSync(join(tmpdir(), 'keys-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const read = (...args: string[]) => serviceAccountsFromFlags(parseFlags([`--cert-dir=${dir}`, ...args]));
function file(name: string, ...blocks: (string | Buffer)[]): string {
  writeFileSync(join(dir, name), blocks.join(''));
  return join(dir, name);
}

const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const EC_PARAMETERS = '-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n';
const rsaPEM = rsa.privateKey.export({ type: 'pkcs1', format: 'pem' });
const ecPEM = ec.privateKey.export({ type: 'sec1', format: 'pem' });
const publicPEM = createPublicKey(ecPEM).export({ type: 'spki', format: 'pem' });

test('makes a key once, and keeps it', async () => {
  const first = await read();
  expect(first).toMatchObject({ issuers: ['https://kubernetes.default.svc.cluster.local'], apiAudiences: [], publicKeys: [], maxTokenExpirationSeconds: 0, signingKey: { kty: 'RSA', d: expect.any(String) } });
  expect(await read()).toEqual(first);
});

test.each([
  ['an RSA key', rsaPEM, [rsaPEM], ['RS256']],
  ['a key of an elliptic curve', EC_PARAMETERS + ecPEM.toString(), [EC_PARAMETERS, ecPEM], ['ES256']],
  ['public keys, several in a file', ecPEM, [publicPEM, rsaPEM], ['ES256', 'RS256']],
])('reads %s', async (_what, signing, verifying, algorithms) => {
  const options = await read(`--service-account-signing-key-file=${file('sign.pem', signing)}`, `--service-account-key-file=${file('verify.pem', ...verifying)}`);
  const keys = await newServiceAccountKeys(options).publicKeys();
  expect(keys.map(({ jwk: { alg } }) => alg)).toEqual(algorithms);
});

test('takes flags that are given several times', async () => {
  const options = await read('--service-account-issuer=https://a', '--service-account-issuer=https://b', '--api-audiences=x,y', '--service-account-max-token-expiration=2h');
  expect(options).toMatchObject({ issuers: ['https://a', 'https://b'], apiAudiences: ['x', 'y'], maxTokenExpirationSeconds: 7200 });
});

test.each([
  ['a signing key alone', [`--service-account-signing-key-file=${file('k.pem', rsaPEM)}`], '--service-account-signing-key-file and --service-account-key-file go together'],
  ['a file that is not there', ['--service-account-signing-key-file=none.pem', '--service-account-key-file=none.pem'], '--service-account-signing-key-file: ENOENT'],
  ['a file without keys', [`--service-account-signing-key-file=${file('no.pem', 'x')}`, '--service-account-key-file=none.pem'], '--service-account-signing-key-file: data does not contain any valid RSA or ECDSA keys'],
  ['one issuer twice', ['--service-account-issuer=a', '--service-account-issuer=a'], 'service-account-issuer "a" is already specified'],
  ['too short a life', ['--service-account-max-token-expiration=59m'], 'the service-account-max-token-expiration must be between 1 hour and 2^32 seconds'],
])('refuses %s', async (_what, args, message) => {
  await expect(read(...args)).rejects.toThrow(message);
});

test('refuses an empty issuer', () => {
  expect(() => parseFlags(['--service-account-issuer='])).toThrow('invalid value for --service-account-issuer: must not be empty');
});
