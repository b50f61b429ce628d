/**
 * Addresses for Services: whoever creates the IPAddress object of an address has it, on however many servers.
 *
 * Upstream: pkg/registry/core/service/ipallocator/{ipallocator,cidrallocator}.go. Leaves out IPv6, and the addresses'
 * repair (pkg/registry/core/service/ipallocator/controller).
 */
import { structs, strings, struct, text } from '../../../apimachinery/access.ts';
import { everythingFields } from '../../../apimachinery/fields.ts';
import { everythingLabels } from '../../../apimachinery/labels.ts';
import type { RequestContext } from '../../../http/context.ts';
import { isAlreadyExists, isNotFound } from '../../../http/status.ts';
import type { Store } from '../../store.ts';
import { formatIPv4, parseIPv4, parseIPv4CIDR } from '../ip.ts';
import { withRequest } from '../with-request.ts';
import { AllocationError, full } from './errors.ts';
import type { Service } from './service.ts';

export interface ClusterIPs {
  /** Takes this address, or any. A dry run takes nothing. */
  allocate(ctx: RequestContext, service: Service, ip: string, dryRun: boolean): Promise<string>;
  release(ctx: RequestContext, ip: string): Promise<void>;
}

interface Range {
  base: number;
  size: number;
}

const formatRange = ({ base, size }: Range) => `${formatIPv4(base)}/${32 - Math.log2(size)}`;

const nothing = async () => undefined;
const WRITE = { dryRun: false, fieldManager: 'kube-apiserver', fieldValidation: 'Ignore' } as const;
const EVERYTHING = { labelSelector: everythingLabels, fieldSelector: everythingFields, resourceVersion: '', resourceVersionMatch: '', limit: 0, continue: '', allowWatchBookmarks: false, watch: false } as const;

/** The default of `--service-cluster-ip-range`; it counts as long as there is no ServiceCIDR. */
export const SERVICE_CLUSTER_IP_RANGE = '10.0.0.0/24';

export function newClusterIPs(addresses: Store, serviceCIDRs: Store): ClusterIPs {
  return {
    async allocate(ctx, service, ip, dryRun) {
      const ranges = await readRanges(ctx);
      if (ip !== '') return allocateStatic(ctx, ranges, service, ip, dryRun);
      if (dryRun && ranges[0]) return formatIPv4(ranges[0].base);
      for (const range of ranges) {
        for (const candidate of candidates(range)) {
          if (!(await isTaken(ctx, candidate)) && (await take(ctx, service, candidate))) return candidate;
        }
      }
      throw new AllocationError(full);
    },
    async release(ctx, ip) {
      try {
        await addresses.delete(withRequest(ctx, 'delete', ''), ip, nothing, { dryRun: false });
      } catch (err) {
        if (!isNotFound(err)) throw err;
      }
    },
  };

  /** The IPv4 networks of the ServiceCIDRs that are ready. */
  async function readRanges(ctx: RequestContext): Promise<Range[]> {
    const { items } = await serviceCIDRs.list(withRequest(ctx, 'list', ''), EVERYTHING);
    const ready = items.filter((item) => !item.metadata.deletionTimestamp && structs(struct(item, 'status'), 'conditions').some((c) => text(c, 'type') === 'Ready' && text(c, 'status') === 'True'));
    const cidrs = items.length === 0 ? [SERVICE_CLUSTER_IP_RANGE] : ready.flatMap((item) => strings(struct(item, 'spec'), 'cidrs'));
    return cidrs.flatMap((cidr) => parseIPv4CIDR(cidr) ?? []);
  }

  async function allocateStatic(ctx: RequestContext, ranges: Range[], service: Service, ip: string, dryRun: boolean): Promise<string> {
    const number = parseIPv4(ip) ?? -1;
    const range = ranges.find(({ base, size }) => number > base && number < base + size - 1);
    if (!range) throw new AllocationError(dryRun && ranges[0] ? `the provided IP (${ip}) is not in the valid range. The range of valid IPs is ${formatRange(ranges[0])}` : 'the provided network does not match the current range');
    if (!dryRun && !(await take(ctx, service, ip))) throw new AllocationError('provided IP is already allocated');
    return ip;
  }

  /** As far as the cache knows, which spares most attempts. */
  function isTaken(ctx: RequestContext, ip: string): Promise<boolean> {
    return addresses.get(withRequest(ctx, 'get', ''), ip, { resourceVersion: '0' }).then(() => true, () => false);
  }

  async function take(ctx: RequestContext, { metadata }: Service, ip: string): Promise<boolean> {
    const address = {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'IPAddress',
      metadata: { name: ip, labels: { 'ipaddress.kubernetes.io/ip-family': 'IPv4', 'ipaddress.kubernetes.io/managed-by': 'ipallocator.k8s.io' } },
      spec: { parentRef: { group: '', resource: 'services', namespace: metadata.namespace, name: metadata.name } },
    };
    try {
      await addresses.create(withRequest(ctx, 'create', ''), address, nothing, WRITE);
      return true;
    } catch (err) {
      if (isAlreadyExists(err)) return false;
      throw err;
    }
  }
}

/** From a random address on; the first ones last, since people pick theirs there. Neither network nor broadcast. */
function* candidates({ base, size }: Range): Generator<string> {
  const offset = rangeOffset(size);
  yield* rotated(base + 1 + offset, base + size - 2);
  yield* rotated(base + 1, base + offset);
}

function* rotated(first: number, last: number): Generator<string> {
  const count = last - first + 1;
  const start = Math.floor(Math.random() * count);
  for (let i = 0; i < count; i++) yield formatIPv4(first + ((start + i) % count));
}

/** Upstream's calculateRangeOffset: a sixteenth, at least 16 and at most 256; none of a range that is small. */
function rangeOffset(size: number): number {
  return size <= 16 ? 0 : Math.min(Math.max(16, Math.floor(size / 16)), 256);
}
