/** For tests: a mux behind a real socket. Errors become what a StatusError says; the filter chain's own answer has its tests. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { trace } from '@opentelemetry/api';
import type { NextFunction, Request, Response } from 'express';
import type { Filter } from '../filters/filter.ts';
import { newAPIServer } from '../http/api-server.ts';
import { StatusError } from '../http/status.ts';
import { writeRawJSON } from '../http/responsewriters.ts';

export interface Server {
  url: string;
  close(): Promise<void>;
}

export async function serve(handler: Filter): Promise<Server> {
  function writeStatus(err: unknown, _req: Request, res: Response, _next: NextFunction) {
    const status = err instanceof StatusError ? err.status : { code: 500, message: String(err) };
    writeRawJSON(status.code ?? 500, status, res);
  }
  const app = newAPIServer({ tracer: trace.getTracer('test'), install: (express) => express.use(handler, writeStatus) });
  const server = createServer(app.handler);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
