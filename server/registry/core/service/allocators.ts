/**
 * What a Service is given when it is made or changed, and what it gives back.
 *
 * Upstream: pkg/registry/core/service/storage/alloc.go (Allocators).
 */
import { invalid, newPath } from '../../../apimachinery/field.ts';
import type { RequestContext } from '../../../http/context.ts';
import { StatusError, newInternalError } from '../../../http/status.ts';
import type { ClusterIPs } from './cluster-ips.ts';
import { AllocationError, full, invalidService } from './errors.ts';
import { initIPFamilyFields } from './families.ts';
import type { NodePorts } from './node-ports.ts';
import { parseIPv4 } from '../ip.ts';
import { clusterIPsOf, isHeadless, needsHealthCheck, needsNodePort, nodePortsOf } from './service.ts';
import type { Service } from './service.ts';

export interface Allocators {
  clusterIPs: ClusterIPs;
  nodePorts: NodePorts;
}

/** What was taken on behalf of one write, to be given back if it fails. */
export interface Taken {
  clusterIPs: string[];
  nodePorts: number[];
}

export async function release(ctx: RequestContext, allocators: Allocators, { clusterIPs, nodePorts }: Taken): Promise<void> {
  for (const ip of clusterIPs) await allocators.clusterIPs.release(ctx, ip);
  await allocators.nodePorts.release(nodePorts);
}

/** All that a Service holds. */
export function heldBy({ spec }: Service): Taken {
  const health = needsHealthCheck(spec) && spec.healthCheckNodePort ? [spec.healthCheckNodePort] : [];
  return { clusterIPs: clusterIPsOf(spec), nodePorts: [...nodePortsOf(spec), ...health] };
}

/** Fills in addresses and ports that `service` wants and `old` did not have; `taken` grows as they are taken. */
export async function allocate(ctx: RequestContext, allocators: Allocators, service: Service, old: Service | undefined, dryRun: boolean, taken: Taken): Promise<void> {
  initIPFamilyFields(service, old);
  await allocateClusterIPs(ctx, allocators, service, old, dryRun, taken);
  const { spec } = service;
  if (spec.type === 'NodePort' || spec.type === 'LoadBalancer') await allocateNodePorts(allocators, service, old, dryRun, taken);
  if (needsHealthCheck(spec) && !(old && needsHealthCheck(old.spec))) {
    try {
      spec.healthCheckNodePort = await takePort(allocators, spec.healthCheckNodePort ?? 0, dryRun, taken);
    } catch (err) {
      throw newInternalError(`failed to allocate ${spec.healthCheckNodePort ? 'requested HealthCheck NodePort' : 'a HealthCheck NodePort'} ${spec.healthCheckNodePort ?? 0}: ${messageOf(err)}`);
    }
  }
}

async function allocateClusterIPs(ctx: RequestContext, { clusterIPs }: Allocators, service: Service, old: Service | undefined, dryRun: boolean, taken: Taken): Promise<void> {
  const { spec } = service;
  const kept = old && old.spec.type !== 'ExternalName';
  if (spec.type === 'ExternalName' || isHeadless(spec) || kept) return;
  const [asked = ''] = spec.clusterIPs ?? [];
  // validation says what is wrong with this
  if (asked !== '' && parseIPv4(asked) === undefined) return;
  try {
    const ip = await clusterIPs.allocate(ctx, service, asked, dryRun);
    if (!dryRun) taken.clusterIPs.push(ip);
    spec.clusterIPs = [ip];
    spec.clusterIP = ip;
  } catch (err) {
    // the address of a Service without a name is refused
    if (!(err instanceof AllocationError) && !(err instanceof StatusError && err.status.reason === 'Invalid')) throw err;
    if (err.message === full) throw newInternalError(`failed to allocate a serviceIP for Service ${JSON.stringify(service.metadata.name ?? '')}: ${full}`);
    const what = asked === '' ? 'failed to allocate IP' : `failed to allocate IP ${asked}`;
    throw invalidService(service, [invalid(newPath('spec', 'clusterIPs'), spec.clusterIPs ?? [asked], `${what}: ${err.message}`)]);
  }
}

/** Ports of one number (TCP and UDP) share the node's port, too. */
async function allocateNodePorts(allocators: Allocators, service: Service, old: Service | undefined, dryRun: boolean, taken: Taken): Promise<void> {
  const { spec } = service;
  const had = old ? nodePortsOf(old.spec) : [];
  const given = new Map<number, number>();
  const ports = [];
  for (const [i, port] of (spec.ports ?? []).entries()) {
    const shared = old ? undefined : given.get(port.port);
    const asked = port.nodePort || shared || (old ? 0 : ((spec.ports ?? []).find((p) => p.port === port.port && p.nodePort)?.nodePort ?? 0));
    if (asked === 0 && !needsNodePort(spec)) {
      ports.push(port);
      continue;
    }
    const known = asked !== 0 && (asked === shared || had.includes(asked) || taken.nodePorts.includes(asked));
    try {
      const nodePort = known ? asked : await takePort(allocators, asked, dryRun, taken);
      given.set(port.port, nodePort);
      // validation would say so, but an update does not get there
      if (old && ports.some((other) => other.nodePort === nodePort && other.protocol === port.protocol)) throw new Error(`duplicate nodePort: {${port.protocol ?? ''} ${nodePort}}`);
      ports.push({ ...port, nodePort });
    } catch (err) {
      if (!(err instanceof AllocationError)) throw err;
      if (asked === 0) throw newInternalError(`failed to allocate a nodePort: ${err.message}`);
      throw invalidService(service, [invalid(newPath('spec', 'ports').index(i).child('nodePort'), asked, err.message)]);
    }
  }
  spec.ports = ports;
}

async function takePort({ nodePorts }: Allocators, asked: number, dryRun: boolean, taken: Taken): Promise<number> {
  const port = await nodePorts.allocate(asked, dryRun);
  if (!dryRun) taken.nodePorts.push(port);
  return port;
}

const messageOf = (err: unknown) => (err instanceof Error ? err.message : String(err));
