/**
 * What this server writes comes back in its own watch: of the writer and the watch, the first to want the object decodes
 * it for both. What nobody comes for a second time leaves in its turn.
 *
 * Upstream decodes twice.
 */
import type { KubeObject } from '../../apimachinery/types.ts';

const capacity = 100;

export class DecodeOnce {
  readonly #waiting = new Map<string, { obj: KubeObject; revision: number }>();

  /** The object that was written under this key at this revision. It is shared: nobody may change it. */
  decodeAt(key: string, revision: number, decode: () => KubeObject): KubeObject {
    const known = this.#waiting.get(key);
    this.#waiting.delete(key);
    if (known?.revision === revision) return known.obj;
    const obj = decode();
    this.#waiting.set(key, { obj, revision });
    if (this.#waiting.size > capacity) this.#waiting.delete(this.#waiting.keys().next().value!);
    return obj;
  }
}
