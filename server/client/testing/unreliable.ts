/** For tests: a way to a server on which things go wrong when they are told to. */
import { newInternalError, newTooManyRequests } from '../../http/status.ts';
import type { HTTPResponse, Transport } from '../transport.ts';

export interface Unreliable {
  transport: Transport;
  /** Ends all answers that are under way. */
  cut(): void;
  /** Nobody answers until it is up again. */
  down(isDown: boolean): void;
  /** The next requests are answered by an error of the server, or by one that says when to come again. */
  fail(count: number, how: 'busy' | 'error'): void;
  /** Puts bytes that are no event into the answers that are under way. */
  garble(): void;
}

export function newUnreliable(reliable: Transport): Unreliable {
  const open = new Set<{ cut(): void; garble(): void }>();
  let isDown = false;
  let cuts = 0;
  const failures: ('busy' | 'error')[] = [];

  function passOn(response: HTTPResponse): HTTPResponse {
    const reader = response.body?.getReader();
    if (!reader) return response;
    let hooks: { cut(): void; garble(): void } | undefined;
    const body = new ReadableStream<Uint8Array>({
      start(controller) {
        hooks = {
          cut() {
            if (hooks) open.delete(hooks);
            controller.error(new Error('the connection broke'));
            reader.cancel().catch(() => undefined);
          },
          garble: () => controller.enqueue(new TextEncoder().encode('\u0007garbage\n')),
        };
        open.add(hooks);
      },
      async pull(controller) {
        const { done, value } = await reader.read().catch(() => ({ done: true, value: undefined }) as const);
        // it may have been cut meanwhile
        if (!hooks || !open.has(hooks)) return;
        if (!done) return controller.enqueue(value);
        open.delete(hooks);
        controller.close();
      },
      async cancel() {
        if (hooks) open.delete(hooks);
        await reader.cancel();
      },
    });
    return { status: response.status, headers: response.headers, body };
  }

  return {
    async transport(request, signal) {
      if (isDown) throw new Error('connection refused');
      const failure = failures.shift();
      if (failure === undefined) {
        const before = cuts;
        const response = await reliable(request, signal);
        if (before !== cuts) throw new Error('the connection broke');
        return passOn(response);
      }
      const { status } = failure === 'busy' ? newTooManyRequests('later', 1) : newInternalError('broken');
      return { status: status.code ?? 500, headers: failure === 'busy' ? [['retry-after', '1']] : [], body: new Response(JSON.stringify(status)).body };
    },
    cut() {
      cuts++;
      for (const each of open) each.cut();
    },
    down: (value) => void (isDown = value),
    fail: (count, how) => void failures.push(...Array.from({ length: count }, () => how)),
    garble: () => open.forEach((each) => each.garble()),
  };
}
