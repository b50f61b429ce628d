/**
 * `stream.Readable` for a source that has everything at hand, such as a request's body: events, flow, reading, piping,
 * iteration. Leaves out asking a source for more (`_read`), object mode, and the operators.
 */
import { Buffer } from 'node:buffer';
import { EventEmitter } from 'node:events';

type Destination = EventEmitter & { write(chunk: unknown): boolean; end(): void };
type Listener = (...args: unknown[]) => void;

export class Readable extends EventEmitter {
  readableFlowing: boolean | null = null;
  readableEnded = false;
  destroyed = false;
  closed = false;
  errored: Error | null = null;
  #chunks: Uint8Array[] = [];
  #complete = false;
  #scheduled = false;
  /** Somebody wanted data: only then is there an end. */
  #wanted = false;
  #decoder: TextDecoder | undefined;
  readonly #pipes = new Map<Destination, () => void>();

  get readable(): boolean {
    return !this.destroyed && !this.readableEnded;
  }

  get readableLength(): number {
    return this.#chunks.reduce((sum, chunk) => sum + chunk.length, 0);
  }

  /** `null` is the end. */
  push(chunk: Uint8Array | null): boolean {
    if (chunk === null) this.#complete = true;
    else if (chunk.length > 0) this.#chunks.push(chunk);
    this.#schedule();
    return true;
  }

  setEncoding(encoding: string): this {
    this.#decoder = new TextDecoder(encoding);
    return this;
  }

  override on(name: string | symbol, listener: Listener): this {
    super.on(name, listener);
    if (name === 'data' && this.readableFlowing !== false) this.resume();
    if (name === 'readable') {
      this.readableFlowing = false;
      this.#want();
    }
    return this;
  }

  override addListener(name: string | symbol, listener: Listener): this {
    return this.on(name, listener);
  }

  resume(): this {
    this.readableFlowing = this.listenerCount('readable') === 0;
    this.#want();
    return this;
  }

  pause(): this {
    this.readableFlowing = false;
    return this;
  }

  isPaused(): boolean {
    return this.readableFlowing === false;
  }

  /** Everything that is there, or its first `size` bytes; null where there is less. */
  read(size?: number): unknown {
    const all = Buffer.concat(this.#chunks);
    if (size === 0 || all.length === 0 || (size !== undefined && size > all.length && !this.#complete)) {
      this.#want();
      return null;
    }
    this.#chunks = size === undefined || size >= all.length ? [] : [all.subarray(size)];
    this.#want();
    return this.#out(size === undefined ? all : all.subarray(0, size));
  }

  pipe(to: Destination, { end = true } = {}): Destination {
    const data = (chunk: unknown) => void (to.write(chunk) || this.pause());
    const drain = () => void this.resume();
    const finish = () => void (end && to.end());
    this.on('data', data).on('end', finish);
    to.on('drain', drain);
    this.#pipes.set(to, () => {
      this.off('data', data).off('end', finish);
      to.off('drain', drain);
    });
    to.emit('pipe', this);
    this.resume();
    return to;
  }

  unpipe(from?: Destination): this {
    for (const [to, stop] of this.#pipes) {
      if (from && from !== to) continue;
      stop();
      this.#pipes.delete(to);
      this.pause();
      to.emit('unpipe', this);
    }
    return this;
  }

  destroy(err?: Error | null): this {
    if (this.destroyed) return this;
    this.destroyed = true;
    this.errored = err ?? null;
    this.#chunks = [];
    this._destroy(err ?? null, (failed) => {
      queueMicrotask(() => {
        if (failed) this.emit('error', failed);
        this.closed = true;
        this.emit('close');
      });
    });
    return this;
  }

  _destroy(err: Error | null, done: (err?: Error | null) => void): void {
    done(err);
  }

  async *[Symbol.asyncIterator](): AsyncGenerator {
    let wake = () => {};
    const told = () => wake();
    this.on('readable', told).on('end', told).on('error', told).on('close', told);
    try {
      for (;;) {
        const woken = new Promise<void>((resolve) => (wake = resolve));
        const chunk = this.read();
        if (chunk !== null) yield chunk;
        else if (this.errored) throw this.errored;
        else if (this.readableEnded) return;
        else if (this.closed) throw Object.assign(new Error('Premature close'), { code: 'ERR_STREAM_PREMATURE_CLOSE' });
        else await woken;
      }
    } finally {
      for (const name of ['readable', 'end', 'error', 'close']) this.off(name, told);
      this.destroy();
    }
  }

  #want(): void {
    this.#wanted = true;
    this.#schedule();
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    queueMicrotask(() => {
      this.#scheduled = false;
      this.#flow();
    });
  }

  #flow(): void {
    while (this.readableFlowing && this.#chunks.length > 0) this.emit('data', this.#out(this.#chunks.shift()!));
    if (this.destroyed || this.readableEnded) return;
    if (this.#chunks.length > 0) {
      if (!this.readableFlowing) this.emit('readable');
      return;
    }
    if (!this.#complete || !this.#wanted) return;
    this.readableEnded = true;
    this.emit('end');
    this.destroy();
  }

  #out(chunk: Uint8Array): unknown {
    return this.#decoder ? this.#decoder.decode(chunk, { stream: true }) : Buffer.from(chunk.buffer as ArrayBuffer, chunk.byteOffset, chunk.byteLength);
  }
}
