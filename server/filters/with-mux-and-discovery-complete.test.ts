import { createServer } from 'node:http';
import { expect, test } from 'vitest';
import { LifecycleSignal } from '../http/lifecycle-signals.ts';
import { testServer } from './testing.ts';
import { withMuxAndDiscoveryComplete } from './with-mux-and-discovery-complete.ts';

test('marks what comes in before all paths are installed', () => {
  const signal = new LifecycleSignal();
  return testServer(createServer)({ filters: [withMuxAndDiscoveryComplete(signal)], handler: (req, res) => void res.json(req.ctx.muxAndDiscoveryIncomplete) }, async (send) => {
    expect((await send('/')).text).toBe('true');
    signal.signal();
    expect((await send('/')).text).toBe('false');
  });
});
