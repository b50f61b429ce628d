/**
 * SHA-256 (FIPS 180-4), at once: crypto.subtle answers later, which a request on its way cannot wait for.
 *
 * Upstream: Go's crypto/sha256.
 */
const rotr = (x: number, n: number) => (x >>> n) | (x << (32 - n));

/** The first 32 bits behind the point. */
const fraction = (x: number) => ((x - Math.floor(x)) * 2 ** 32) | 0;

const primes: readonly number[] = Array.from({ length: 312 }, (_, n) => n).filter((n) => n > 1 && !Array.from({ length: n }, (_, d) => d).some((d) => d > 1 && n % d === 0));
const roundConstants = primes.map((p) => fraction(Math.cbrt(p)));
const initialHash = primes.slice(0, 8).map((p) => fraction(Math.sqrt(p)));

/** The eight words of the digest. */
export function sha256(message: Uint8Array): number[] {
  const blocks = new DataView(new ArrayBuffer(Math.ceil((message.length + 9) / 64) * 64));
  new Uint8Array(blocks.buffer).set(message);
  blocks.setUint8(message.length, 0x80);
  blocks.setUint32(blocks.byteLength - 4, message.length * 8);
  let hash = initialHash;
  for (let at = 0; at < blocks.byteLength; at += 64) hash = compress(hash, Array.from({ length: 16 }, (_, i) => blocks.getInt32(at + 4 * i)));
  return hash.map((word) => word >>> 0);
}

function compress(hash: number[], w: number[]): number[] {
  for (let i = 16; i < 64; i++) {
    const [w15, w2] = [w[i - 15]!, w[i - 2]!];
    const s0 = rotr(w15, 7) ^ rotr(w15, 18) ^ (w15 >>> 3);
    const s1 = rotr(w2, 17) ^ rotr(w2, 19) ^ (w2 >>> 10);
    w.push((w[i - 16]! + s0 + w[i - 7]! + s1) | 0);
  }
  let [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0] = hash;
  for (const [i, word] of w.entries()) {
    const t1 = (h + (rotr(e, 6) ^ rotr(e, 11) ^ rotr(e, 25)) + ((e & f) ^ (~e & g)) + roundConstants[i]! + word) | 0;
    const t2 = ((rotr(a, 2) ^ rotr(a, 13) ^ rotr(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    [a, b, c, d, e, f, g, h] = [(t1 + t2) | 0, a, b, c, (d + t1) | 0, e, f, g];
  }
  return [a, b, c, d, e, f, g, h].map((word, i) => (word + hash[i]!) | 0);
}
