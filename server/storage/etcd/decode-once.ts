/**
 * What this server writes comes back in its own watch: of the writer and the watch, the first to want the object decodes
 * it for both. What nobody comes for a second time leaves in its turn.
 *
 * Upstream decodes twice.
 */
import type { KubeObject } from '../../apimachinery/types.ts';
import { decodeAt } from './object-state.ts';
import type { Codec } from './object-state.ts';

const capacity = 100;

export class DecodeOnce {
  readonly #codec: Codec;
  readonly #waiting = new Map<string, { obj: KubeObject; revision: number }>();

  constructor(codec: Codec) {
    this.#codec = codec;
  }

  /** The object that was written under this key at this revision. It is shared: nobody may change it. */
  decodeAt(key: string, data: Uint8Array, revision: number): KubeObject {
    const known = this.#waiting.get(key);
    this.#waiting.delete(key);
    if (known?.revision === revision) return known.obj;
    const obj = decodeAt(this.#codec, data, revision);
    this.#waiting.set(key, { obj, revision });
    if (this.#waiting.size > capacity) this.#waiting.delete(this.#waiting.keys().next().value!);
    return obj;
  }
}
