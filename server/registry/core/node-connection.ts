/**
 * Where a node's kubelet is reached.
 *
 * Upstream: pkg/kubelet/client/kubelet_client.go (NodeConnectionInfoGetter), pkg/util/node (GetPreferredNodeAddress).
 * Leaves out the connection: this server has no way to its nodes, and says so as Go does of a network without a route.
 */
import { int, struct, structs, text } from '../../apimachinery/access.ts';
import type { RequestContext } from '../../http/context.ts';
import type { Store } from '../store.ts';
import { getInContext } from './in-context.ts';

/** The default of `--kubelet-preferred-address-types`. */
const PREFERRED_ADDRESS_TYPES = ['Hostname', 'InternalDNS', 'InternalIP', 'ExternalDNS', 'ExternalIP'];
const KUBELET_PORT = 10250;

export interface ConnectionInfo {
  hostname: string;
  port: string;
}

export async function getConnectionInfo(ctx: RequestContext, nodes: Store, name: string): Promise<ConnectionInfo> {
  // nodes live in no namespace, whatever the request is about
  const status = struct(await getInContext(ctx, nodes, name), 'status');
  const addresses = structs(status, 'addresses');
  const preferred = PREFERRED_ADDRESS_TYPES.flatMap((type) => addresses.filter((a) => text(a, 'type') === type))[0];
  if (!preferred) throw new Error(`no preferred addresses found; known addresses: ${formatAddresses(addresses)}`);
  const port = int(struct(struct(status, 'daemonEndpoints'), 'kubeletEndpoint'), 'Port') ?? 0;
  return { hostname: text(preferred, 'address'), port: String(port > 0 ? port : KUBELET_PORT) };
}

const formatAddresses = (addresses: ReturnType<typeof structs>) => `[${addresses.map((a) => `{${text(a, 'type')} ${text(a, 'address')}}`).join(' ')}]`;

/** `host:port`, an IPv6 address in brackets. */
export function joinHostPort(host: string, port: string): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

/** What Go says where no route leads to an address. */
export function dialError(host: string): string {
  return `dial tcp ${host}: connect: network is unreachable`;
}
