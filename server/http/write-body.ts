/**
 * Writes an answer's body, as fast as its client takes it. That of a list has thousands of parts: pieces of many parts
 * are written at once, and between two of them others have their turn.
 *
 * Upstream: the streams of lists in k8s.io/apimachinery/pkg/runtime/serializer/json/collections.go, and
 * deferredResponseWriter of k8s.io/apiserver/pkg/endpoints/handlers/responsewriters/writers.go.
 */
import type { Response } from 'express';
import { concat } from '../apimachinery/concat.ts';
import { drained } from './drained.ts';

const pieceBytes = 1024 * 1024;

export function lengthOf(parts: Uint8Array[]): number {
  return parts.reduce((length, part) => length + part.length, 0);
}

function* inPieces(parts: Uint8Array[]): Generator<Uint8Array[], void> {
  let [start, bytes] = [0, 0];
  for (const [i, part] of parts.entries()) {
    bytes += part.length;
    if (bytes < pieceBytes) continue;
    yield parts.slice(start, i + 1);
    [start, bytes] = [i + 1, 0];
  }
  if (start < parts.length) yield parts.slice(start);
}

/** Says how long it is, so that its last part ends it: what is to be known before the client has it all, is. */
export async function writeBody(res: Response, parts: Uint8Array[]): Promise<void> {
  const pieces = [...inPieces(parts.slice(0, -1))];
  if (pieces.length > 0) res.cork();
  for (const [i, piece] of pieces.entries()) {
    let isTaken = true;
    for (const part of piece) isTaken = res.write(part);
    if (i === pieces.length - 1) break;
    res.uncork();
    if (!isTaken) await drained(res);
    if (res.destroyed) return;
    res.cork();
  }
  res.end(parts.at(-1));
}

/** Packed; the head is on its way: where that fails, nothing but a broken answer can be given. */
export async function writeGzip(res: Response, parts: Uint8Array[]): Promise<void> {
  const { readable, writable } = res.req.ctx.newGzip();
  const packer = writable.getWriter();
  async function pack(): Promise<void> {
    for (const piece of inPieces(parts)) await packer.write(concat(piece).slice());
    await packer.close();
  }
  async function send(): Promise<void> {
    for await (const chunk of readable) {
      if (!res.write(chunk)) await drained(res);
      if (res.destroyed) return;
    }
    res.end();
  }
  try {
    await Promise.all([pack(), send()]);
  } catch {
    res.destroy();
  }
}
