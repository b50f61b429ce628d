/**
 * What the page and the worker say to each other. A request has an id; its answer is a head, chunks and an end. The
 * answer to a restart or an act is an end alone; a subscription that cannot be has failed.
 * The page acknowledges bytes as its reader takes them, and the worker keeps at most a window of them under way.
 */
import type { LabAct, LabMessage } from '../../server/observe/lab/messages.ts';

export type ToWorker =
  | { type: 'request'; id: number; stage: string; method: string; url: string; headers: Record<string, string>; body?: Uint8Array }
  | { type: 'taken'; id: number; bytes: number }
  | { type: 'cancel'; id: number }
  | { type: 'subscribe'; id: number; stage: string }
  | { type: 'unsubscribe'; id: number }
  | { type: 'restart'; id: number; stage: string }
  | { type: 'act'; id: number; stage: string; act: LabAct };

export type FromWorker =
  | { type: 'head'; id: number; status: number; headers: [string, string][] }
  | { type: 'chunk'; id: number; bytes: Uint8Array<ArrayBuffer> }
  | { type: 'end'; id: number }
  | { type: 'failed'; id: number; message: string }
  | { type: 'lab'; id: number; message: LabMessage };

/** As much as a socket buffers. */
export const WINDOW = 64 * 1024;

/** A Worker, or its inside, or one end of a MessageChannel. */
export interface Port<Out, In> {
  postMessage(message: Out, transfer?: Transferable[]): void;
  addEventListener(type: 'message', listener: (event: { data: In }) => void): void;
}
