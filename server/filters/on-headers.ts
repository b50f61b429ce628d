/**
 * Calls `fn` when the answer's head is about to leave. Express gives no event for it, so that the response's own method
 * is wrapped, as upstream wraps the ResponseWriter.
 */
import type { Response } from 'express';

export function onHeaders(res: Response, fn: () => void): void {
  const writeHead: Response['writeHead'] = res.writeHead.bind(res);
  let called = false;
  res.writeHead = function (this: Response, ...args: Parameters<Response['writeHead']>) {
    if (!called) {
      called = true;
      res.statusCode = args[0];
      fn();
    }
    return writeHead(...args);
  } as Response['writeHead'];
}
