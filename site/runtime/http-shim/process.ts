/** `process` in a worker: the next tick is a microtask, and there is no environment. */
type Callback = (...args: unknown[]) => void;

const process = {
  env: {},
  argv: [],
  version: '',
  versions: {},
  platform: 'browser',
  browser: true,
  cwd: () => '/',
  emitWarning: (message: unknown) => console.warn(message),
  nextTick: (callback: Callback, ...args: unknown[]) => queueMicrotask(() => callback(...args)),
};

export const { nextTick, env } = process;
export default process;
