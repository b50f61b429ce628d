/**
 * Answers in plain text, for what goes wrong before anyone could negotiate a better form.
 *
 * Upstream: Go's http.Error, and InternalError of k8s.io/apiserver/pkg/endpoints/handlers/responsewriters/errors.go.
 */
import type { Request, Response } from 'express';
import { quote } from '../apimachinery/quote.ts';
import { sanitize } from '../authorization/forbidden.ts';

export function httpError(res: Response, message: string, code: number): void {
  res.removeHeader('Content-Length');
  res.setHeader('Content-Type', 'text/plain; charset=utf-8');
  res.setHeader('X-Content-Type-Options', 'nosniff');
  res.statusCode = code;
  res.end(`${message}\n`);
}

export function internalError(req: Request, res: Response, err: unknown): void {
  const message = err instanceof Error ? err.message : String(err);
  httpError(res, sanitize(`Internal Server Error: ${quote(req.originalUrl)}: ${message}`), 500);
}
