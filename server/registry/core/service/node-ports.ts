/**
 * Ports of the nodes for Services.
 *
 * Upstream: pkg/registry/core/service/portallocator. Leaves out the ports' repair
 * (pkg/registry/core/service/portallocator/controller).
 */
import { AllocationError, full } from './errors.ts';
import type { PortRange } from './port-range.ts';

export const NODE_PORT_RANGE = { base: 30000, size: 2768 };
export const formatPortRange = ({ base, size }: typeof NODE_PORT_RANGE) => `${base}-${base + size - 1}`;

export interface NodePorts {
  /** Takes this port, or any where it is 0. A dry run takes nothing. */
  allocate(port: number, dryRun: boolean): Promise<number>;
  release(ports: number[]): Promise<void>;
}

export function newNodePorts(range: PortRange, { base, size } = NODE_PORT_RANGE): NodePorts {
  const bit = (port: number) => 1n << BigInt(port - base);
  return {
    async allocate(port, dryRun) {
      let given = 0;
      if (port !== 0 && (port < base || port >= base + size)) {
        // upstream asks the range only as it takes the port
        if (dryRun) return port;
        throw new AllocationError(`provided port is not in the valid range. The range of valid ports is ${formatPortRange({ base, size })}`);
      }
      await range.update((taken) => {
        given = port === 0 ? pick(taken) : port;
        if (port !== 0 && (taken & bit(port)) !== 0n) throw new AllocationError('provided port is already allocated');
        return dryRun ? undefined : taken | bit(given);
      });
      return given;
    },
    async release(ports) {
      const mask = ports.filter((port) => port >= base && port < base + size).reduce((all, port) => all | bit(port), 0n);
      if (mask !== 0n) await range.update((taken) => taken & ~mask);
    },
  };

  /** The first ones last, since people pick theirs there: upstream's calculateRangeOffset. */
  function pick(taken: bigint): number {
    const offset = size <= 16 ? 0 : Math.min(Math.max(16, Math.floor(size / 32)), 128);
    const port = free(taken, offset, size) ?? free(taken, 0, offset);
    if (port === undefined) throw new AllocationError(full);
    return port;
  }

  function free(taken: bigint, first: number, end: number): number | undefined {
    const count = end - first;
    const start = Math.floor(Math.random() * count);
    for (let i = 0; i < count; i++) {
      const port = base + first + ((start + i) % count);
      if ((taken & bit(port)) === 0n) return port;
    }
    return undefined;
  }
}
