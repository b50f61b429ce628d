/** `node:stream`, of which requests and responses are made. */
export { Readable } from './readable.ts';
export { Writable } from './writable.ts';
