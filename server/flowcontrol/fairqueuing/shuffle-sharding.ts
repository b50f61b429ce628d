/**
 * Shuffle sharding: each flow is dealt a hand of the queues. Two flows seldom share their whole hand, so that one which
 * fills all of its queues leaves most others one that is free.
 *
 * Upstream: k8s.io/apiserver/pkg/util/shufflesharding, and hashFlowID of pkg/util/flowcontrol/apf_controller.go.
 */
import { sha256 } from './sha256.ts';

const MAX_HASH_BITS = 60;
const MAX_DECK_SIZE = 1 << 26;
const REMEMBERED_FLOWS = 1000;

/** Undefined where so many cards cannot be dealt from such a deck. */
export function newDealer(deckSize: number, handSize: number): Dealer | undefined {
  if (deckSize <= 0 || handSize <= 0 || handSize > deckSize || deckSize > MAX_DECK_SIZE) return undefined;
  if (Math.ceil(Math.log2(deckSize) * handSize) > MAX_HASH_BITS) return undefined;
  return new Dealer(deckSize, handSize);
}

export class Dealer {
  readonly #deckSize: number;
  readonly #handSize: number;
  readonly #hands = new Map<string, readonly number[]>();

  constructor(deckSize: number, handSize: number) {
    this.#deckSize = deckSize;
    this.#handSize = handSize;
  }

  /** The queues of a flow; most requests belong to one that has been seen before. */
  handOf(flowSchema: string, distinguisher: string): readonly number[] {
    const flow = `${flowSchema}\0${distinguisher}`;
    let hand = this.#hands.get(flow);
    if (!hand) {
      hand = this.deal(hashFlowID(flow));
      if (this.#hands.size >= REMEMBERED_FLOWS) this.#hands.clear();
      this.#hands.set(flow, hand);
    }
    return hand;
  }

  /** No card twice: the hash is read digit by digit, each in the base of the cards that are left. */
  deal(hash: bigint): number[] {
    const remainders: number[] = [];
    for (let rest = hash, i = 0; i < this.#handSize; i++) {
      const left = BigInt(this.#deckSize - i);
      remainders.push(Number(rest % left));
      rest /= left;
    }
    return remainders.map((remainder, i) => {
      let card = remainder;
      for (let j = i - 1; j >= 0; j--) if (card >= remainders[j]!) card++;
      return card;
    });
  }
}

/** The first eight bytes of the digest, the lowest first. */
export function hashFlowID(flow: string): bigint {
  const [first = 0, second = 0] = sha256(new TextEncoder().encode(flow));
  const bytes = new DataView(new ArrayBuffer(8));
  bytes.setUint32(0, first);
  bytes.setUint32(4, second);
  return bytes.getBigUint64(0, true);
}
