/**
 * A Map by secrets, such as tokens: where one stands is told by a hash whose key nobody knows, and whether it is the one by
 * a comparison in constant time. It keeps so many; the oldest goes first.
 *
 * Upstream: the keys of k8s.io/apiserver/pkg/authentication/token/cache (keyFunc, an HMAC by a random key) and its
 * striped cache. The hash here is no HMAC: it only has to be unknown to whoever measures, and cost little.
 */
import { constantTimeCompare } from './constant-time.ts';

/**
 * So much of a secret's end is hashed, and compared in constant time: more than can be guessed, and of a JWT the
 * signature. Only who knows it has the rest compared.
 */
const HASHED = 64;

export class SecretMap<V> {
  readonly #most: number;
  readonly #hashed: number;
  readonly #key = crypto.getRandomValues(new Uint32Array(4));
  /** A Map keeps the order in which its keys came. Of two secrets with one hash the later is kept. */
  readonly #entries = new Map<number, { secret: string; value: V }>();

  constructor(most: number, hashed = HASHED) {
    this.#most = most;
    this.#hashed = hashed;
  }

  get(secret: string): V | undefined {
    const entry = this.#entries.get(this.#hash(secret));
    if (!entry || !constantTimeCompare(entry.secret.slice(-this.#hashed), secret.slice(-this.#hashed))) return undefined;
    return entry.secret === secret ? entry.value : undefined;
  }

  set(secret: string, value: V): void {
    this.delete(secret);
    if (this.#entries.size >= this.#most) for (const oldest of this.#entries.keys()) if (this.#entries.delete(oldest)) break;
    this.#entries.set(this.#hash(secret), { secret, value });
  }

  delete(secret: string): void {
    this.#entries.delete(this.#hash(secret));
  }

  #hash(secret: string): number {
    const [seedA = 0, seedB = 0, factorA = 0, factorB = 0] = this.#key;
    let [a, b] = [seedA ^ secret.length, seedB];
    for (let i = Math.max(0, secret.length - this.#hashed); i < secret.length; i++) {
      const code = secret.charCodeAt(i);
      a = Math.imul(a ^ code, factorA | 1);
      b = Math.imul(b ^ code ^ (a >>> 16), factorB | 1);
    }
    return (a >>> 0) * 2 ** 20 + (b >>> 12);
  }
}
