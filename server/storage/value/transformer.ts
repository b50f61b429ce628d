/**
 * What happens to an object's bytes on their way to the disk and back: encryption, or nothing. What is read says by its
 * prefix how it was written, and whether it should be written anew.
 *
 * Upstream: k8s.io/apiserver/pkg/storage/value/transformer.go and encrypt/identity. Leaves out metrics.
 */
import { concat } from '../../apimachinery/concat.ts';

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
export function newPrefixTransformers(transformers: [PrefixTransformer, ...PrefixTransformer[]], unmatched = 'the provided value does not match any of the supported transformers'): Transformer {
  const known = transformers.map(({ prefix, transformer }) => ({ prefix: new TextEncoder().encode(prefix), transformer }));
  const first = known[0]!;
  return {
    transformFromStorage(data, context) {
      const errors: unknown[] = [];
      for (const [i, { prefix, transformer }] of known.entries()) {
        if (!startsWith(data, prefix)) continue;
        try {
          const result = transformer.transformFromStorage(data.subarray(prefix.length), context);
          return { data: result.data, stale: result.stale || i > 0 };
        } catch (err) {
          // the same provider may come twice, with the key that is rotated away; what has no prefix was only a try
          if (prefix.length > 0) errors.push(err);
        }
      }
      if (errors.length === 1) throw errors[0];
      if (errors.length > 1) throw new Error(`[${errors.map((err) => (err instanceof Error ? err.message : String(err))).join(', ')}]`);
      throw new Error(unmatched);
    },
    transformToStorage(data, context) {
      return concat([first.prefix, first.transformer.transformToStorage(data, context)]);
    },
  };
}

function startsWith(data: Uint8Array, prefix: Uint8Array): boolean {
  for (let i = 0; i < prefix.length; i++) if (data[i] !== prefix[i]) return false;
  return true;
}
