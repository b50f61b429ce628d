/** What stands for a request's socket: an address, and a way to hang up. */
import { EventEmitter } from 'node:events';

export class Connection extends EventEmitter {
  readonly remoteAddress = '127.0.0.1';
  readonly remotePort = 0;
  readonly encrypted = false;
  readable = true;
  writable = true;
  destroyed = false;

  setTimeout(): this {
    return this;
  }

  setNoDelay(): this {
    return this;
  }

  setKeepAlive(): this {
    return this;
  }

  destroy(): this {
    if (this.destroyed) return this;
    this.destroyed = true;
    this.readable = false;
    this.writable = false;
    this.emit('close');
    return this;
  }
}
