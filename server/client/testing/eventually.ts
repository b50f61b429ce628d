/** For tests: waits for something that comes about by itself. */
import { setImmediate } from 'node:timers/promises';

const ENOUGH = 15_000;

/** The first value that is not undefined, not false and not an error. Between two looks `step` may move what waits. */
export async function eventually<T>(look: () => T | Promise<T>, step: () => void = () => undefined): Promise<Exclude<T, undefined | null | false>> {
  const end = Date.now() + ENOUGH;
  for (let last: unknown; ; ) {
    try {
      const found = await look();
      if (found !== undefined && found !== null && found !== false) return found as Exclude<T, undefined | null | false>;
      last = found;
    } catch (err) {
      last = err;
    }
    if (Date.now() > end) throw last instanceof Error ? last : new Error(`it did not come about: ${String(last)}`);
    step();
    await setImmediate();
  }
}
