/**
 * Which page follows what the stages on this machine tell: the one that the reader looked at or used last. A browser
 * makes six HTTP/1.1 connections to a host, for all its tabs together, and following a stage holds one. A page that is
 * covered, by a terminal say, keeps its turn.
 */

/** Waits for a turn; the signal is aborted when it is another page's. */
export type NextTurn = () => Promise<AbortSignal>;

/** Whoever is alone, as under Node, has a turn without end. */
export const alwaysOurs: NextTurn = () => Promise.resolve(new AbortController().signal);

const LOCK = 'journey:events';
const USED = ['focus', 'pageshow', 'pointerdown', 'keydown'];

/** The turns of this page. The lock goes to whoever takes it last. */
export function newPageTurns({ document, navigator: { locks } }: Pick<Window, 'document' | 'navigator'> = window): NextTurn {
  let turn: AbortSignal | undefined;
  const waiting = new Set<(turn: AbortSignal) => void>();

  function take(): void {
    if (turn || document.visibilityState === 'hidden') return;
    const over = new AbortController();
    turn = over.signal;
    locks.request(LOCK, { steal: true }, () => new Promise(() => undefined)).catch(() => {
      turn = undefined;
      over.abort();
    });
    for (const begin of waiting) begin(turn);
    waiting.clear();
  }

  for (const type of USED) addEventListener(type, take, true);
  document.addEventListener('visibilitychange', take);
  take();
  return () => new Promise((resolve) => (turn ? resolve(turn) : waiting.add(resolve)));
}
