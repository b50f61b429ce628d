/**
 * A request's body, read up to a limit.
 *
 * Upstream: k8s.io/apiserver/pkg/endpoints/handlers/rest.go (limitedReadBody). Bodies are taken as they are: upstream
 * unpacks none either.
 */
import { concat } from '../apimachinery/concat.ts';
import type { Request } from 'express';
import { newRequestEntityTooLarge } from './status.ts';

/** Throws RequestEntityTooLarge beyond `limit` bytes, and when the request ends before its body does. */
export async function limitedReadBody(req: Request, limit: number): Promise<Uint8Array> {
  req.ctx.throwIfAborted();
  const tooLarge = () => newRequestEntityTooLarge(`limit is ${limit}`);
  if (Number(req.headers['content-length'] ?? 0) > limit) throw tooLarge();
  const chunks: Uint8Array[] = [];
  let size = 0;
  await new Promise<void>((resolve, reject) => {
    const onData = (chunk: Uint8Array) => {
      size += chunk.length;
      if (size > limit) settle(() => reject(tooLarge()));
      else chunks.push(chunk);
    };
    const onEnd = () => settle(resolve);
    const onError = (err: unknown) => settle(() => reject(err));
    const onGone = (reason: unknown) => settle(() => reject(reason instanceof Error ? reason : new Error('unexpected EOF')));
    const onClose = () => settle(() => reject(new Error('unexpected EOF')));
    const settle = (done: () => void) => {
      req.off('data', onData).off('end', onEnd).off('error', onError).off('close', onClose);
      done();
    };
    if (req.readableEnded) return resolve();
    req.on('end', onEnd).on('error', onError).on('close', onClose).on('data', onData);
    req.ctx.onAbort(onGone);
  });
  return concat(chunks);
}
