/**
 * Plain text, for the few paths that answer neither an object nor a Status.
 *
 * Upstream: Go's http.Error.
 */
import type { Response } from 'express';

export function writeText(res: Response, status: number, text: string, { nosniff }: { nosniff: boolean }): void {
  res.statusCode = status;
  res.setHeader('Content-Type', 'text/plain; charset=utf-8');
  if (nosniff) res.setHeader('X-Content-Type-Options', 'nosniff');
  res.end(text);
}
