/**
 * The events of a watch, out of the bytes of its answer: one JSON document a line.
 *
 * Upstream: k8s.io/apimachinery/pkg/watch (Interface, StreamWatcher) and client-go's rest/watch. Leaves out protobuf.
 */
import { isFields } from '../apimachinery/access.ts';
import type { KubeObject } from '../apimachinery/types.ts';
import type { Status } from '../http/status.ts';

export type WatchEvent<T> = { type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK'; object: T } | { type: 'ERROR'; object: unknown };

export interface Watch<T> {
  /** The next event; undefined when the watch is over, for whatever reason that is no event. */
  next(): Promise<WatchEvent<T> | undefined>;
  stop(): void;
}

const TYPES = ['ADDED', 'MODIFIED', 'DELETED', 'BOOKMARK', 'ERROR'];

export function newStreamWatcher<T extends KubeObject>(body: ReadableStream<Uint8Array>): Watch<T> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let lines: string[] = [];
  let at = 0;
  /** What came of a line that is not at its end. */
  let rest: string[] = [];

  /** Another line; undefined at the end, where half a line counts for nothing. */
  async function line(): Promise<string | undefined> {
    while (at === lines.length) {
      // a connection that breaks ends the watch, as one that is closed does
      const { done, value } = await reader.read().catch(() => ({ done: true, value: undefined }) as const);
      if (done) return undefined;
      lines = decoder.decode(value, { stream: true }).split('\n');
      at = 0;
      rest.push(lines.pop() ?? '');
      if (lines.length === 0) continue;
      const last = rest.pop() ?? '';
      lines[0] = rest.join('') + lines[0]!;
      rest = [last];
    }
    return lines[at++];
  }

  function stop(): void {
    // nobody is told what came with the last
    [lines, at] = [[], 0];
    reader.cancel().catch(() => undefined);
  }

  return {
    stop,
    async next() {
      const text = await line();
      if (text === undefined) return undefined;
      const event = decode<T>(text);
      if (event.type === 'ERROR') stop();
      return event;
    },
  };
}

/** Bytes that are no event are told as an error, which is an event. */
function decode<T extends KubeObject>(text: string): WatchEvent<T> {
  try {
    const event: unknown = JSON.parse(text);
    if (isEvent<T>(event)) return event;
    return decodingError('it has no type or no object');
  } catch (err) {
    return decodingError(err instanceof Error ? err.message : String(err));
  }
}

function isEvent<T>(event: unknown): event is WatchEvent<T> {
  if (!isFields(event) || typeof event.type !== 'string' || !TYPES.includes(event.type) || !isFields(event.object)) return false;
  return event.type === 'ERROR' || isFields(event.object.metadata);
}

function decodingError(why: string): WatchEvent<never> {
  const message = `unable to decode an event from the watch stream: ${why}`;
  const object: Status = { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', code: 500, reason: 'InternalError', message, details: { causes: [{ reason: 'ClientWatchDecoding', message }] } };
  return { type: 'ERROR', object };
}
