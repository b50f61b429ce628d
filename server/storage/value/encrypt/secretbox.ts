/**
 * NaCl's secretbox (XSalsa20 and Poly1305) for data at rest. It guards the bytes, but not the key that they lie under.
 *
 * Upstream: k8s.io/apiserver/pkg/storage/value/encrypt/secretbox.
 */
import { xsalsa20poly1305 } from '@noble/ciphers/salsa.js';
import { randomBytes } from '@noble/ciphers/utils.js';
import { concat } from '../../../apimachinery/concat.ts';
import type { Transformer } from '../transformer.ts';

const nonceSize = 24;
const overhead = 16;

/** `key` of 32 bytes. */
export function newSecretboxTransformer(key: Uint8Array): Transformer {
  return {
    transformFromStorage(data) {
      if (data.length < overhead + nonceSize) throw new Error('the stored data was shorter than the required size');
      try {
        return { data: xsalsa20poly1305(key, data.subarray(0, nonceSize)).decrypt(data.subarray(nonceSize)), stale: false };
      } catch {
        throw new Error('output array was not large enough for encryption');
      }
    },
    transformToStorage(data) {
      const nonce = randomBytes(nonceSize);
      return concat([nonce, xsalsa20poly1305(key, nonce).encrypt(data)]);
    },
  };
}
