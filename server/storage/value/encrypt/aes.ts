/**
 * AES for data at rest. GCM also guards the bytes and the key that they lie under; CBC only hides them.
 *
 * Upstream: k8s.io/apiserver/pkg/storage/value/encrypt/aes. Leaves out the keys that are used for one process' life
 * (KMS).
 */
import { cbc, gcm } from '@noble/ciphers/aes.js';
import { randomBytes } from '@noble/ciphers/utils.js';
import { concat } from '../../../apimachinery/concat.ts';
import type { Transformer } from '../transformer.ts';

const blockSize = 16;
const gcmNonceSize = 12;
const tooShort = 'the stored data was shorter than the required size';

/** `key` of 16, 24 or 32 bytes. */
export function newGCMTransformer(key: Uint8Array): Transformer {
  const cipher = (nonce: Uint8Array, context: string) => gcm(key, nonce, new TextEncoder().encode(context));
  return {
    transformFromStorage(data, context) {
      if (data.length < gcmNonceSize) throw new Error(tooShort);
      try {
        return { data: cipher(data.subarray(0, gcmNonceSize), context).decrypt(data.subarray(gcmNonceSize)), stale: false };
      } catch {
        throw new Error('cipher: message authentication failed');
      }
    },
    transformToStorage(data, context) {
      const nonce = randomBytes(gcmNonceSize);
      return concat([nonce, cipher(nonce, context).encrypt(data)]);
    },
  };
}

/** `key` of 16, 24 or 32 bytes. */
export function newCBCTransformer(key: Uint8Array): Transformer {
  return {
    transformFromStorage(data) {
      if (data.length < blockSize) throw new Error(tooShort);
      if (data.length % blockSize !== 0) throw new Error('the stored data is not a multiple of the block size');
      if (data.length === blockSize) throw new Error('invalid PKCS7 data (empty or not padded)');
      const padded = cbc(key, data.subarray(0, blockSize), { disablePadding: true }).decrypt(data.subarray(blockSize));
      return { data: unpad(padded), stale: false };
    },
    transformToStorage(data) {
      const iv = randomBytes(blockSize);
      return concat([iv, cbc(key, iv).encrypt(data)]);
    },
  };
}

/** PKCS#7: as many bytes as are missing, each saying how many. Any number up to the whole is taken, as upstream does. */
function unpad(padded: Uint8Array): Uint8Array {
  const padding = padded.at(-1)!;
  if (padding === 0 || padding > padded.length) throw new Error('invalid PKCS7 data (empty or not padded)');
  const size = padded.length - padding;
  if (!padded.subarray(size).every((byte) => byte === padding)) throw new Error('invalid padding on input');
  return padded.subarray(0, size);
}
