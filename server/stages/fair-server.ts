/**
 * The server of a stage in which requests wait for their turn: the chain, then the mux, which shows the queues, too. They
 * are worked on until it closes.
 *
 * Upstream: the post-start hook `priority-and-fairness-config-consumer` of k8s.io/apiserver/pkg/server/config.go.
 */
import { installChain } from '../filters/chain.ts';
import { installFlowControlDebug } from '../flowcontrol/debug.ts';
import type { FlowController } from '../flowcontrol/flow-control.ts';
import { newAPIServer } from '../http/api-server.ts';
import type { APIServer } from '../http/api-server.ts';
import type { PathRecorderMux } from '../mux/path-recorder-mux.ts';
import type { Access } from './access.ts';
import type { ServerConfig } from './stage.ts';

export function newFairServer({ tracer }: Pick<ServerConfig, 'tracer'>, { filters, signals, close }: Access, flowControl: FlowController, mux: PathRecorderMux): APIServer {
  installFlowControlDebug(mux, flowControl);
  const stopped = new AbortController();
  flowControl.run(stopped.signal);
  signals.muxAndDiscoveryComplete.signal();
  return newAPIServer({
    tracer,
    install: (app) => installChain(app, filters, mux.handler),
    close(http) {
      stopped.abort();
      return close(http);
    },
  });
}
