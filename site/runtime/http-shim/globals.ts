/** The globals of Node that packages in the worker read without importing them. Imported first. */
import { Buffer } from 'node:buffer';
import process from './process.ts';

/** A task of its own, sooner than a timer, which browsers hold back for 4 ms. */
function newSetImmediate() {
  const { port1, port2 } = new MessageChannel();
  const queue: (() => void)[] = [];
  port1.onmessage = () => queue.shift()?.();
  return function setImmediate(callback: (...args: unknown[]) => void, ...args: unknown[]) {
    queue.push(() => callback(...args));
    port2.postMessage(undefined);
  };
}

Object.assign(globalThis, { global: globalThis, process, Buffer, setImmediate: newSetImmediate() });
