/**
 * What the names in proxy paths stand for.
 *
 * Upstream: ResourceLocation of pkg/registry/core/node/strategy.go, pkg/registry/core/pod/strategy.go and
 * pkg/registry/core/service/storage/storage.go. Leaves out looking up host names: a node is proxied to by its address.
 */
import type { Fields } from '../../apimachinery/access.ts';
import { int, struct, structs, text } from '../../apimachinery/access.ts';
import type { RequestContext } from '../../http/context.ts';
import { requestInfoFrom } from '../../http/context.ts';
import { newBadRequest, newServiceUnavailable } from '../../http/status.ts';
import type { Store } from '../store.ts';
import { getInContext } from './in-context.ts';
import { isGlobalUnicast } from './ip.ts';
import { getConnectionInfo, joinHostPort } from './node-connection.ts';
import { splitSchemeNamePort } from './proxy.ts';
import type { ResourceLocation } from './proxy.ts';

const NEWEST = { resourceVersion: '' };

export function nodeLocation(nodes: Store): ResourceLocation {
  return async (ctx, id) => {
    const asked = splitSchemeNamePort(id);
    if (!asked) throw newBadRequest(`invalid node request ${JSON.stringify(id)}`);
    const { hostname, port } = await getConnectionInfo(ctx, nodes, asked.name);
    const allowed = isGlobalUnicast(hostname);
    if (allowed === undefined) throw newBadRequest(`lookup ${hostname}: no such host`);
    if (!allowed) throw newBadRequest('address not allowed');
    return joinHostPort(hostname, asked.port || port);
  };
}

/** Without a port it is the first that the Pod declares. */
export function podLocation(pods: Store): ResourceLocation {
  return async (ctx, id) => {
    const asked = splitSchemeNamePort(id);
    if (!asked) throw newBadRequest(`invalid pod request ${JSON.stringify(id)}`);
    const pod = await pods.get(ctx, asked.name, NEWEST);
    const declared = structs(struct(pod, 'spec'), 'containers').flatMap((c) => structs(c, 'ports').slice(0, 1))[0];
    const port = asked.port || String((declared && int(declared, 'containerPort')) ?? '');
    const ip = text(structs(struct(pod, 'status'), 'podIPs')[0] ?? {}, 'ip');
    if (!isGlobalUnicast(ip)) throw newBadRequest('address not allowed');
    return port === '' ? ip : joinHostPort(ip, port);
  };
}

/** Any endpoint of the Service that is an address of a Pod. */
export function serviceLocation(services: Store, endpoints: Store, pods: Store): ResourceLocation {
  return async (ctx, id) => {
    const asked = splitSchemeNamePort(id);
    if (!asked) throw newBadRequest(`invalid service request ${JSON.stringify(id)}`);
    const { name } = asked;
    const portName = /^[+-]?\d+$/.test(asked.port) ? await portNameOf(ctx, name, Number(asked.port)) : asked.port;
    const subsets = structs(await getInContext(ctx, endpoints, name), 'subsets');
    if (subsets.length === 0) throw newServiceUnavailable(`no endpoints available for service ${JSON.stringify(name)}`);
    for (const subset of rotated(subsets)) {
      const port = structs(subset, 'ports').find((p) => text(p, 'name') === portName);
      if (!port) continue;
      for (const address of rotated(structs(subset, 'addresses'))) {
        if (await isPodAddress(ctx, address)) return joinHostPort(text(address, 'ip'), String(int(port, 'port') ?? 0));
      }
    }
    throw newServiceUnavailable(`no endpoints available for service ${JSON.stringify(id)}`);
  };

  async function portNameOf(ctx: RequestContext, name: string, port: number): Promise<string> {
    const found = structs(struct(await services.get(ctx, name, NEWEST), 'spec'), 'ports').find((p) => int(p, 'port') === port);
    if (!found) throw newServiceUnavailable(`no service port ${port} found for service ${JSON.stringify(name)}`);
    return text(found, 'name');
  }

  async function isPodAddress(ctx: RequestContext, address: Fields): Promise<boolean> {
    const target = struct(address, 'targetRef');
    if (text(target, 'namespace') !== requestInfoFrom(ctx).namespace) return false;
    try {
      const pod = await pods.get(ctx, text(target, 'name'), NEWEST);
      return structs(struct(pod, 'status'), 'podIPs').some((podIP) => text(podIP, 'ip') === text(address, 'ip'));
    } catch {
      return false;
    }
  }
}

/** From a random one on, around to it. */
function rotated<T>(all: T[]): T[] {
  const start = Math.floor(Math.random() * all.length);
  return [...all.slice(start), ...all.slice(0, start)];
}
