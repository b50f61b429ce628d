/**
 * exec, attach and portforward: connections through the server to a Pod's kubelet.
 *
 * Upstream: pkg/registry/core/pod/rest/subresources.go, pkg/registry/core/pod/strategy.go (streamLocation,
 * PortForwardLocation). Leaves out the stream itself (see node-connection.ts).
 */
import { struct, text } from '../../apimachinery/access.ts';
import type { Authorizer } from '../../authorization/interfaces.ts';
import { newBadRequest } from '../../http/status.ts';
import type { Connecter } from '../rest.ts';
import type { Store } from '../store.ts';
import { authorizeVerb } from './authorize-verb.ts';
import { connectOptions } from './connect-options.ts';
import type { OptionsKind } from './connect-options.ts';
import { dialError, getConnectionInfo, joinHostPort } from './node-connection.ts';
import { validateContainer } from './pod-container.ts';

export function newStreamConnecter(kind: OptionsKind, pods: Store, nodes: Store, authorizer: Authorizer | undefined): Connecter {
  return {
    methods: ['GET', 'POST'],
    tail: false,
    verb: 'connect',
    options: connectOptions(kind),
    async connect(ctx, name, options, req) {
      // a websocket begins with GET: whoever may only read must not run commands by it
      if (authorizer) await authorizeVerb(ctx, authorizer, 'create');
      const pod = await pods.get(ctx, name, { resourceVersion: '' });
      if (kind !== 'PodPortForwardOptions') validateContainer(text(options, 'container'), pod);
      const node = text(struct(pod, 'spec'), 'nodeName');
      if (node === '') throw newBadRequest(`pod ${name} does not have a host assigned`);
      const { hostname, port } = await getConnectionInfo(ctx, nodes, node);
      if (!/\bupgrade\b/i.test(req.headers.connection ?? '')) throw newBadRequest('Upgrade request required');
      throw new Error(`error dialing backend: ${dialError(joinHostPort(hostname, port))}`);
    },
  };
}
