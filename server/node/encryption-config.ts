/**
 * The file of `--encryption-provider-config`: which resources lie encrypted on the disk, and under which keys.
 *
 * Upstream: k8s.io/apiserver/pkg/server/options/encryptionconfig/config.go and
 * pkg/apis/apiserver/validation/validation_encryption.go. Leaves out KMS, which is refused.
 */
import { readFile } from 'node:fs/promises';
import { parse } from 'yaml';
import { z } from 'zod';
import { aggregate, forbidden, invalid, newPath, required } from '../apimachinery/field.ts';
import type { FieldError, Path } from '../apimachinery/field.ts';
import type { GroupResource } from '../apimachinery/types.ts';
import { newCBCTransformer, newGCMTransformer } from '../storage/value/encrypt/aes.ts';
import { newSecretboxTransformer } from '../storage/value/encrypt/secretbox.ts';
import { identityTransformer, newPrefixTransformers } from '../storage/value/transformer.ts';
import type { RecordTransformation } from '../storage/value/metrics.ts';
import type { PrefixTransformer, Transformer } from '../storage/value/transformer.ts';
import { validateResources } from './encryption-resources.ts';
import { UsageError } from './usage-error.ts';

const keys = z.strictObject({ keys: z.array(z.strictObject({ name: z.string().default(''), secret: z.string().default('') })).default([]) });
const providerSchema = z.strictObject({ aesgcm: keys.optional(), aescbc: keys.optional(), secretbox: keys.optional(), identity: z.strictObject({}).optional(), kms: z.looseObject({}).optional() });
const schema = z.strictObject({
  apiVersion: z.literal('apiserver.config.k8s.io/v1'),
  kind: z.literal('EncryptionConfiguration'),
  resources: z.array(z.strictObject({ resources: z.array(z.string()).default([]), providers: z.array(providerSchema).default([]) })).default([]),
});

type Provider = z.output<typeof providerSchema>;
type EncryptionConfiguration = z.output<typeof schema>;

interface Cipher {
  name: 'aesgcm' | 'aescbc' | 'secretbox';
  sizes: number[];
  of(key: Uint8Array): Transformer;
}

const aesKeySizes = [16, 24, 32];
const ciphers: Cipher[] = [
  { name: 'aesgcm', sizes: aesKeySizes, of: newGCMTransformer },
  { name: 'aescbc', sizes: aesKeySizes, of: newCBCTransformer },
  { name: 'secretbox', sizes: [32], of: newSecretboxTransformer },
];

/** `record`, where it is given, hears of each transformation. */
export type TransformerForResource = (resource: GroupResource, record?: RecordTransformation) => Transformer;

/** Throws a UsageError that names the file and the place in it. */
export async function loadEncryptionConfig(file: string): Promise<TransformerForResource> {
  return parseEncryptionConfig(file, await readEncryptionConfig(file));
}

export async function readEncryptionConfig(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (err) {
    throw refusal(file, err);
  }
}

/** `content` is the file's. */
export function parseEncryptionConfig(file: string, content: string): TransformerForResource {
  try {
    if (content === '') throw new Error('it is empty');
    const config = schema.safeParse(parse(content));
    if (!config.success) throw new Error(`${config.error.issues[0]?.path.join('.') || 'the document'}: ${config.error.issues[0]?.message}`);
    const errors = validate(config.data);
    if (errors.length > 0) throw new Error(aggregate(errors));
    return transformers(config.data);
  } catch (err) {
    throw refusal(file, err);
  }
}

function refusal(file: string, err: unknown): UsageError {
  const why = (err instanceof Error ? err.message : String(err)).split('\n', 1)[0];
  return new UsageError(`--encryption-provider-config: error while parsing file "${file}": ${why}`);
}

function validate({ resources }: EncryptionConfiguration): FieldError[] {
  const root = newPath('resources');
  if (resources.length === 0) return [required(root, 'at least one resources is required')];
  return resources.flatMap(({ resources: names, providers }, i) => {
    const path = root.index(i).child('providers');
    const none = providers.length === 0 ? [required(path, `at least one ${String(path)} is required`)] : [];
    return [...validateResources(names, root.index(i).child('resources')), ...none, ...providers.flatMap((provider, j) => validateProvider(provider, path.index(j)))];
  });
}

function validateProvider(provider: Provider, path: Path): FieldError[] {
  const found = Object.keys(provider);
  if (found.length === 0) return [invalid(path, provider, 'provider does not contain any of the expected providers: KMS, AESGCM, AESCBC, Secretbox, Identity')];
  if (found.length > 1) return [invalid(path, found.join(','), 'more than one provider specified in a single element, should split into different list elements')];
  if (provider.kms) return [forbidden(path.child('kms'), 'KMS is not supported by this server')];
  return ciphers.flatMap(({ name, sizes }) => (provider[name] ? validateKeys(provider[name].keys, path.child(name, 'keys'), sizes) : []));
}

function validateKeys(given: z.output<typeof keys>['keys'], path: Path, sizes: number[]): FieldError[] {
  if (given.length === 0) return [required(path, 'at least one keys is required')];
  return given.flatMap(({ name, secret }, i) => {
    const [at, errors]: [Path, FieldError[]] = [path.index(i), []];
    if (name === '') errors.push(required(at.child('name'), 'name is a mandatory field for a key'));
    const length = keyBytes(secret)?.length;
    if (secret === '') errors.push(required(at.child('secret'), 'secret is a mandatory field for a key'));
    else if (length === undefined) errors.push(invalid(at.child('secret'), 'REDACTED', 'secrets must be base64 encoded'));
    else if (!sizes.includes(length)) errors.push(invalid(at.child('secret'), 'REDACTED', `secret is not of the expected length, got ${length}, expected one of [${sizes.join(' ')}]`));
    return errors;
  });
}

/** Undefined for what is not base64. */
function keyBytes(secret: string): Uint8Array | undefined {
  const bytes = Buffer.from(secret, 'base64');
  return bytes.toString('base64') === secret.replace(/[\r\n]/g, '') ? new Uint8Array(bytes) : undefined;
}

/** An earlier list goes before a later one, a resource's name before its group's and everybody's wildcard. */
function transformers({ resources }: EncryptionConfiguration): TransformerForResource {
  const found = new Map<string, Provider[]>();
  for (const { resources: names, providers } of resources) {
    for (const name of names) {
      const [resource = '', ...group] = name.split('.');
      for (const mask of [`*.${group.join('.')}`, '*.*']) if (found.has(mask)) throw new Error(`resource "${name}" is masked by earlier rule "${mask}"`);
      const key = `${resource}.${group.join('.')}`;
      found.set(key, [...(found.get(key) ?? []), ...providers]);
    }
  }
  return ({ group, resource }, record) => {
    const [first, ...others] = (found.get(`${resource}.${group}`) ?? found.get(`*.${group}`) ?? found.get('*.*') ?? []).map((provider) => prefixTransformer(provider, record));
    return first ? newPrefixTransformers([first, ...others], 'no matching prefix found', record) : identityTransformer;
  };
}

function prefixTransformer(provider: Provider, record?: RecordTransformation): PrefixTransformer {
  const cipher = ciphers.find(({ name }) => provider[name]);
  if (!cipher) return { prefix: '', transformer: identityTransformer };
  const [first, ...others] = provider[cipher.name]!.keys.map(({ name, secret }) => ({ prefix: `${name}:`, transformer: cipher.of(keyBytes(secret)!) }));
  const kind = cipher.name === 'secretbox' ? 'Secretbox' : 'AES';
  return { prefix: `k8s:enc:${cipher.name}:v1:`, transformer: newPrefixTransformers([first!, ...others], `no matching key was found for the provided ${kind} transformer`, record) };
}
