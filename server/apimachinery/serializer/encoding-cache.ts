/**
 * Bytes are made once: an object that many requests will answer with is encoded by the first of them.
 *
 * Upstream: k8s.io/apiserver/pkg/storage/cacher/caching_object.go. There a wrapper around the object holds its bytes;
 * here the object itself is the key, so whoever holds the object reaches them, and they go when it goes.
 */
import type { WatchEvent } from '../../storage/interfaces.ts';
import type { TypeMeta } from '../types.ts';
import type { Encoder, Serializer } from './interfaces.ts';

type Encodings = Partial<Record<Encoder['identifier'], Uint8Array>>;

function once(encodings: Encodings, { identifier }: Encoder, encode: () => Uint8Array): Uint8Array {
  return (encodings[identifier] ??= encode());
}

export class EncodingCache {
  readonly #objects = new WeakMap<object, Encodings>();
  readonly #frames = new WeakMap<WatchEvent, Encodings>();

  /** Promises that `obj` will not change, and that it is worth keeping its bytes as long as itself. */
  remember(obj: object): void {
    if (!this.#objects.has(obj)) this.#objects.set(obj, {});
  }

  /** An object's bytes; those of an object that nobody remembers are made anew. */
  encode(serializer: Encoder, obj: TypeMeta): Uint8Array {
    const encodings = this.#objects.get(obj);
    return encodings ? once(encodings, serializer, () => serializer.encode(obj)) : serializer.encode(obj);
  }

  /** A watch's frame around an event. Watchers that are handed the same event share the frame, too. */
  encodeEvent(serializer: Serializer, event: WatchEvent): Uint8Array {
    const frame = () => serializer.encodeWatchEvent(event.type, this.encode(serializer, event.object));
    if (!this.#objects.has(event.object)) return frame();
    let encodings = this.#frames.get(event);
    if (!encodings) this.#frames.set(event, (encodings = {}));
    return once(encodings, serializer, frame);
  }
}
