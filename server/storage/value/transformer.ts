/**
 * What happens to an object's bytes on their way to the disk and back: encryption, or nothing. What is read says by its
 * prefix how it was written, and whether it should be written anew.
 *
 * Upstream: k8s.io/apiserver/pkg/storage/value/transformer.go and encrypt/identity.
 */
import { concat } from '../../apimachinery/concat.ts';
import type { RecordTransformation } from './metrics.ts';

export interface Stored {
  data: Uint8Array;
  /** Whether it is not as it would be written today: the next write is made even if nothing changes. */
  stale: boolean;
}

/** `context` is what a value is bound to, its key: bytes that are moved elsewhere can't be read there. */
export interface Transformer {
  transformFromStorage(data: Uint8Array, context: string): Stored;
  transformToStorage(data: Uint8Array, context: string): Uint8Array;
}

export interface PrefixTransformer {
  prefix: string;
  transformer: Transformer;
}

const encryptedPrefix = new TextEncoder().encode('k8s:enc:');

/** No transformation. It knows what is encrypted, and refuses to take it for plain. */
export const identityTransformer: Transformer = {
  transformFromStorage(data) {
    if (startsWith(data, encryptedPrefix)) throw new Error('identity transformer tried to read encrypted data');
    return { data, stale: false };
  },
  transformToStorage: (data) => data,
};

/** Writes with the first; reads with whichever prefix is found, the first that can. */
export function newPrefixTransformers(transformers: [PrefixTransformer, ...PrefixTransformer[]], unmatched = 'the provided value does not match any of the supported transformers', record: RecordTransformation = () => undefined): Transformer {
  const known = transformers.map(({ prefix, transformer }) => ({ name: prefix, prefix: new TextEncoder().encode(prefix), transformer }));
  const first = known[0]!;
  return {
    transformFromStorage(data, context) {
      const start = performance.now();
      const errors: unknown[] = [];
      const done = (name: string, ok: boolean) => record('from_storage', name, performance.now() - start, ok);
      for (const [i, { name, prefix, transformer }] of known.entries()) {
        if (!startsWith(data, prefix)) continue;
        try {
          const result = transformer.transformFromStorage(data.subarray(prefix.length), context);
          done(name || 'identity', true);
          return { data: result.data, stale: result.stale || i > 0 };
        } catch (err) {
          // the same provider may come twice, with the key that is rotated away; what has no prefix was only a try
          if (prefix.length === 0) continue;
          done(name, false);
          errors.push(err);
        }
      }
      if (errors.length === 1) throw errors[0];
      if (errors.length > 1) throw new Error(`[${errors.map((err) => (err instanceof Error ? err.message : String(err))).join(', ')}]`);
      done('unknown', false);
      throw new Error(unmatched);
    },
    transformToStorage(data, context) {
      const start = performance.now();
      const result = first.transformer.transformToStorage(data, context);
      record('to_storage', first.name, performance.now() - start, true);
      return concat([first.prefix, result]);
    },
  };
}

function startsWith(data: Uint8Array, prefix: Uint8Array): boolean {
  for (let i = 0; i < prefix.length; i++) if (data[i] !== prefix[i]) return false;
  return true;
}
