/** Changes to protobuf's bytes: bits flipped, lengths that lie, wire types that are not the field's, messages in messages. */
import type { Random } from './random.ts';

export function mutateBytes(random: Random, bytes: Uint8Array): Uint8Array {
  let mutated = bytes;
  for (let n = random.pick([1, 1, 1, 2, 8]); n > 0; n--) mutated = mutateOnce(random, mutated);
  return mutated;
}

function mutateOnce(random: Random, bytes: Uint8Array): Uint8Array {
  // what comes after the four bytes of magic and the envelope's kind is of more interest than those
  const at = Math.min(bytes.length, random.chance(0.1) ? random.int(bytes.length + 1) : 4 + random.int(Math.max(1, bytes.length - 4)));
  const to = Math.min(bytes.length, at + random.int(12));
  const [before, middle, after] = [bytes.subarray(0, at), bytes.subarray(at, to), bytes.subarray(to)];
  switch (random.int(9)) {
    case 0:
    case 1:
      return withByte(bytes, at, (byte) => byte ^ (1 << random.int(8)));
    case 2:
      return before;
    case 3:
      return concat(before, after);
    case 4:
      return concat(before, middle, middle, after);
    case 5:
      return withByte(bytes, at, () => random.pick([0, 1, 0x7f, 0x80, 0xff, 0x0a, 0x12]));
    case 6:
      return withByte(bytes, at, (byte) => (byte & 0xf8) | random.int(8));
    case 7:
      return concat(before, random.pick(inserts), after);
    default:
      return concat(before, nested(random), after);
  }
}

/** Varints without end, lengths beyond the end, field 0, groups. */
const inserts: Uint8Array[] = [
  [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
  [0x0a, 0xff, 0xff, 0xff, 0xff, 0x07],
  [0x0a, 0xff, 0xff, 0xff, 0xff, 0x0f],
  [0x12, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x01],
  [0x00, 0x00],
  [0x0b],
  [0x0c],
  [0x0f],
  [0xfa, 0xff, 0xff, 0xff, 0x0f, 0x00],
  [0x0a, 0x03, 0xc3, 0x28, 0xff],
].map((bytes) => Uint8Array.from(bytes));

/** Field 1 in field 1 in field 1; or groups that begin and do not end. */
function nested(random: Random): Uint8Array {
  const depth = random.pick([5, 100, 3000, 20_000]);
  if (random.chance(0.5)) return new Uint8Array(depth).fill(random.pick([0x0b, 0x13]));
  const out: number[] = [];
  for (let size = 0, n = 0; n < depth; n++) {
    const length = varint(size);
    // written from its end
    out.push(...length.reverse(), random.pick([0x0a, 0x12]));
    size += length.length + 1;
  }
  return Uint8Array.from(out.reverse());
}

function varint(value: number): number[] {
  const bytes: number[] = [];
  for (; value > 0x7f; value >>>= 7) bytes.push((value & 0x7f) | 0x80);
  return [...bytes, value];
}

function withByte(bytes: Uint8Array, at: number, change: (byte: number) => number): Uint8Array {
  const copy = bytes.slice();
  if (at < copy.length) copy[at] = change(copy[at]!);
  return copy;
}

export function concat(...parts: Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts));
}
