/**
 * Tells the client that its connection ends with this answer. HTTP/1 has a header for it; HTTP/2 forbids that header and
 * has a frame, GOAWAY: what is open on the connection goes on, what is new needs another.
 *
 * Upstream: `Connection: close`, which Go's golang.org/x/net/http2 takes for both.
 */
import type { Request, Response } from 'express';
import { http2StreamOf } from './http2-app.ts';

export function closeConnection(req: Request, res: Response): void {
  if (req.httpVersionMajor === 2) http2StreamOf(res)?.session?.close();
  else res.setHeader('Connection', 'close');
}
