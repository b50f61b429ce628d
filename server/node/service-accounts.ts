/**
 * The keys of service account tokens: those of flags, or one of our own that is made once and kept.
 *
 * Upstream: k8s.io/client-go/util/keyutil, and pkg/controlplane/apiserver/options (completeServiceAccountOptions), which
 * makes no key.
 */
import { createPrivateKey, createPublicKey, generateKeyPairSync } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ServiceAccountOptions } from '../stages/service-accounts.ts';
import type { Flags } from './flags.ts';
import { UsageError } from './usage-error.ts';

const ISSUER = 'https://kubernetes.default.svc.cluster.local';
const HOUR_SECONDS = 3600;

export async function serviceAccountsFromFlags(flags: Flags): Promise<ServiceAccountOptions> {
  const signingFile = flags['service-account-signing-key-file'];
  const keyFiles = flags['service-account-key-file'];
  const [issuer = ISSUER, ...issuers] = flags['service-account-issuer'];
  const twice = issuers.find((each, i) => each === issuer || issuers.indexOf(each) < i);
  if (twice !== undefined) throw new UsageError(`service-account-issuer "${twice}" is already specified`);
  const maxTokenExpirationSeconds = flags['service-account-max-token-expiration'] / 1000;
  if (maxTokenExpirationSeconds !== 0 && (maxTokenExpirationSeconds < HOUR_SECONDS || maxTokenExpirationSeconds > 2 ** 32)) {
    throw new UsageError('the service-account-max-token-expiration must be between 1 hour and 2^32 seconds');
  }
  if ((signingFile === undefined) !== (keyFiles.length === 0)) throw new UsageError('--service-account-signing-key-file and --service-account-key-file go together');
  const signingKey = signingFile === undefined ? await ownKey(flags['cert-dir']) : await readKeys('service-account-signing-key-file', signingFile, createPrivateKey);
  const publicKeys = await Promise.all(keyFiles.map((file) => readKeys('service-account-key-file', file, createPublicKey)));
  return { issuers: [issuer, ...issuers], apiAudiences: flags['api-audiences'], signingKey: signingKey[0]!, publicKeys: publicKeys.flat(), maxTokenExpirationSeconds };
}

async function readKeys(flag: string, file: string, parse: (pem: string) => KeyObject): Promise<JsonWebKey[]> {
  try {
    return keysOf(await readFile(file, 'utf8'), parse);
  } catch (err) {
    throw new UsageError(`--${flag}: ${err instanceof Error ? err.message : String(err)}`);
  }
}

/** Every key of a file; parameters of curves stand beside theirs. */
function keysOf(text: string, parse: (pem: string) => KeyObject): JsonWebKey[] {
  const blocks = [...text.matchAll(/-----BEGIN ([A-Z0-9 ]+)-----[\s\S]*?-----END \1-----/g)].filter(([, type]) => type !== 'EC PARAMETERS');
  if (blocks.length === 0) throw new Error('data does not contain any valid RSA or ECDSA keys');
  return blocks.map(([pem]) => parse(pem).export({ format: 'jwk' }));
}

async function ownKey(dir: string): Promise<JsonWebKey[]> {
  const file = join(dir, 'service-account.key');
  try {
    return keysOf(await readFile(file, 'utf8'), createPrivateKey);
  } catch {
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    await mkdir(dir, { recursive: true, mode: 0o700 });
    await writeFile(file, privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 });
    return [privateKey.export({ format: 'jwk' })];
  }
}
