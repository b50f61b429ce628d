/**
 * `stream.Writable`: one chunk is written at a time, the rest waits, and write() says false once too much does.
 * Leaves out object mode, several chunks in one go, and default encodings.
 */
import { Buffer } from 'node:buffer';
import { EventEmitter } from 'node:events';

type Done = (err?: Error | null) => void;

export class Writable extends EventEmitter {
  readonly writableHighWaterMark: number;
  writableLength = 0;
  writableEnded = false;
  writableFinished = false;
  writableCorked = 0;
  destroyed = false;
  closed = false;
  errored: Error | null = null;
  #waiting: { chunk: Uint8Array; done: Done }[] = [];
  #ending: Done[] = [];
  #writing = false;
  #needDrain = false;
  #finalizing = false;

  constructor({ highWaterMark = 16 * 1024 }: { highWaterMark?: number } = {}) {
    super();
    this.writableHighWaterMark = highWaterMark;
  }

  get writable(): boolean {
    return !this.destroyed && !this.writableEnded && !this.errored;
  }

  get writableNeedDrain(): boolean {
    return this.#needDrain && !this.destroyed && !this.writableEnded;
  }

  write(data: unknown, ...rest: unknown[]): boolean {
    const done = callbackOf(rest);
    const chunk = bytesOf(data, rest[0]);
    if (this.destroyed || this.writableEnded) {
      const err = this.writableEnded ? problem('ERR_STREAM_WRITE_AFTER_END', 'write after end') : destroyedError();
      queueMicrotask(() => done(err));
      if (!this.destroyed) this.destroy(err);
      return false;
    }
    this.writableLength += chunk.length;
    const room = this.writableLength < this.writableHighWaterMark;
    if (!room) this.#needDrain = true;
    this.#waiting.push({ chunk, done });
    this.#next();
    return room && !this.destroyed;
  }

  end(data?: unknown, ...rest: unknown[]): this {
    const done = callbackOf([data, ...rest]);
    if (data !== null && data !== undefined && typeof data !== 'function') this.write(data, ...rest.filter((arg) => typeof arg === 'string'));
    if (this.writableFinished) queueMicrotask(() => done());
    else this.#ending.push(done);
    this.writableEnded = true;
    this.writableCorked = 0;
    this.#next();
    return this;
  }

  cork(): void {
    this.writableCorked++;
  }

  uncork(): void {
    this.writableCorked = Math.max(0, this.writableCorked - 1);
    this.#next();
  }

  setDefaultEncoding(): this {
    return this;
  }

  destroy(err?: Error | null): this {
    if (this.destroyed) return this;
    this.destroyed = true;
    this.errored = err ?? null;
    this._destroy(err ?? null, (failed) => {
      queueMicrotask(() => {
        this.#drop();
        if (failed) this.emit('error', failed);
        this.closed = true;
        this.emit('close');
      });
    });
    return this;
  }

  _write(_chunk: Uint8Array, _encoding: string, done: Done): void {
    done();
  }

  _final(done: Done): void {
    done();
  }

  _destroy(err: Error | null, done: Done): void {
    done(err);
  }

  #next(): void {
    if (this.#writing || this.writableCorked > 0 || this.destroyed) return;
    const next = this.#waiting.shift();
    if (!next) return this.#finish();
    this.#writing = true;
    this._write(next.chunk, 'buffer', (err) => {
      this.#writing = false;
      this.writableLength -= next.chunk.length;
      if (err) this.destroy(err);
      queueMicrotask(() => this.#written(next.done, err));
      if (this.destroyed) this.#drop();
      else this.#next();
    });
  }

  /** Tells those who wait that their chunks will not be written; while one is being written that is not yet known. */
  #drop(): void {
    if (this.#writing) return;
    const unmet = [...this.#waiting.splice(0).map(({ done }) => done), ...this.#ending.splice(0)];
    for (const done of unmet) done(this.errored ?? destroyedError());
  }

  #written(done: Done, err: Error | null | undefined): void {
    if (this.writableNeedDrain && this.writableLength === 0) {
      this.#needDrain = false;
      this.emit('drain');
    }
    done(err);
  }

  /** All is written: 'finish', then 'close'. */
  #finish(): void {
    if (!this.writableEnded || this.#finalizing) return;
    this.#finalizing = true;
    queueMicrotask(() => {
      if (this.destroyed) return;
      this._final((err) => {
        if (err) return void this.destroy(err);
        this.writableFinished = true;
        for (const done of this.#ending.splice(0)) done();
        this.emit('finish');
        this.destroy();
      });
    });
  }
}

function callbackOf(args: unknown[]): Done {
  return args.find((arg): arg is Done => typeof arg === 'function') ?? (() => undefined);
}

function bytesOf(data: unknown, encoding: unknown): Uint8Array {
  if (data instanceof Uint8Array) return data;
  if (typeof data === 'string') return Buffer.from(data, typeof encoding === 'string' && Buffer.isEncoding(encoding) ? encoding : 'utf8');
  throw Object.assign(new TypeError('The "chunk" argument must be of type string or an instance of Buffer, TypedArray, or DataView.'), { code: 'ERR_INVALID_ARG_TYPE' });
}

function destroyedError(): Error {
  return problem('ERR_STREAM_DESTROYED', 'Cannot call write after a stream was destroyed');
}

function problem(code: string, message: string): Error {
  return Object.assign(new Error(message), { code });
}
