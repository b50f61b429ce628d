import { describe, expect, it } from 'vitest';
import { PathRecorderMux } from './path-recorder-mux.ts';
import { serve } from './serve.test-util.ts';

describe('the end of the delegation chain', () => {
  it('asks a client to come back while paths are still being installed, and then knows better', async () => {
    let complete = false;
    const last = new PathRecorderMux();
    const first = new PathRecorderMux();
    first.notFoundHandler(last.handler);
    const server = await serve((req, res, next) => {
      req.ctx.muxAndDiscoveryIncomplete = !complete;
      return first.handler(req, res, next);
    });
    const early = await fetch(`${server.url}/apis/example.com/v1`);
    expect(early.status).toBe(503);
    expect(await early.json()).toMatchObject({
      reason: 'ServiceUnavailable',
      message: 'the request has been made before all known HTTP paths have been installed, please try again',
      details: { retryAfterSeconds: 5 },
    });
    complete = true;
    expect((await fetch(`${server.url}/apis/example.com/v1`)).status).toBe(404);
    await server.close();
  });
});
