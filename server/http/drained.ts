/** Resolves when the client has taken what was written, or nobody waits for more of the answer. */
import type { Response } from 'express';

export function drained(res: Response): Promise<void> {
  const { ctx } = res.req;
  return new Promise((resolve) => {
    function done(): void {
      res.off('drain', done);
      ctx.offAbort(done);
      resolve();
    }
    res.on('drain', done);
    ctx.onAbort(done);
  });
}
