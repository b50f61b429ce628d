/** Server-sent events for as long as somebody listens: a connection that is lost is made again, less and less eagerly. */
import { sleep } from '../../server/http/sleep.ts';
import { serverSentEvents } from './server-sent-events.ts';
import type { NextTurn } from './turns.ts';

export interface FollowOptions {
  /** Answers with the events; throws a TypeError, or an error whose cause is one, where the server cannot be reached. */
  connect(signal: AbortSignal): Promise<Response>;
  take(data: string): void;
  /** Milliseconds to wait before each new attempt; after the last one it is given up. */
  retries: readonly number[];
  /** There is no connection but in a turn. */
  nextTurn: NextTurn;
  signal: AbortSignal;
}

/** Returns when `signal` is aborted; throws when nothing more will come. */
export async function followEvents({ connect, take, retries, nextTurn, signal }: FollowOptions): Promise<void> {
  for (let failed = 0; !signal.aborted; failed++) {
    const turn = await nextTurn();
    if (signal.aborted) return;
    try {
      const { body } = await connect(AbortSignal.any([signal, turn]));
      failed = 0;
      if (body) for await (const data of serverSentEvents(body)) take(data);
    } catch (err) {
      if (signal.aborted) return;
      if (turn.aborted) {
        failed = -1;
        continue;
      }
      const lost = err instanceof TypeError || (err instanceof Error && err.cause instanceof TypeError);
      if (!lost || failed >= retries.length) throw err;
    }
    await sleep(retries[failed] ?? 0, signal);
  }
}
