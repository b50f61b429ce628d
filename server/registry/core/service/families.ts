/**
 * Which address families a Service has, on a cluster that has IPv4 alone.
 *
 * Upstream: pkg/registry/core/service/storage/alloc.go (initIPFamilyFields). Leaves out clusters of two families.
 */
import { invalid, newPath } from '../../../apimachinery/field.ts';
import type { FieldError } from '../../../apimachinery/field.ts';
import { validateClusterIPsRelatedFields } from '../../../apimachinery/validation/core-v1/service-ips.ts';
import { parseIPv4 } from '../ip.ts';
import { invalidService } from './errors.ts';
import { needsClusterIP } from './service.ts';
import type { IPFamily, Service, ServiceSpec } from './service.ts';

const spec = newPath('spec');
const DEFAULT_FAMILY: IPFamily = 'IPv4';

export function initIPFamilyFields(service: Service, old: Service | undefined): void {
  const wanted = service.spec;
  if (wanted.type === 'ExternalName' || keepsPreferredFamilies(wanted, old?.spec)) return;
  const selectorless = wanted.clusterIP === 'None' && Object.keys(wanted.selector ?? {}).length === 0;
  wanted.ipFamilyPolicy ??= old?.spec.ipFamilyPolicy ?? (selectorless ? 'RequireDualStack' : 'SingleStack');
  refuseIf(service, validateClusterIPsRelatedFields({ ...wanted }, old && { ...old.spec }));
  const single = wanted.ipFamilyPolicy === 'SingleStack';
  if (old && single) keepFirst(wanted, old.spec);
  refuseIf(service, policyErrors(wanted, old?.spec, single));
  refuseIf(service, inferFamilies(wanted));
  if (selectorless) {
    const families = wanted.ipFamilies?.length ? wanted.ipFamilies : [DEFAULT_FAMILY];
    wanted.ipFamilies = families.length < 2 && !single ? [...families, families[0] === 'IPv4' ? 'IPv6' : 'IPv4'] : families;
    return;
  }
  const dual = spec.child('ipFamilyPolicy');
  refuseIf(service, [
    ...(wanted.ipFamilyPolicy === 'RequireDualStack' ? [invalid(dual, wanted.ipFamilyPolicy, 'this cluster is not configured for dual-stack services')] : []),
    ...(wanted.ipFamilies ?? []).flatMap((family, i) => (family === DEFAULT_FAMILY ? [] : [invalid(spec.child('ipFamilies').index(i), family, 'not configured on this cluster')])),
  ]);
  if (!wanted.ipFamilies?.length) wanted.ipFamilies = [DEFAULT_FAMILY];
}

/** What prefers two families is not given the second when a cluster gets it. */
function keepsPreferredFamilies(wanted: ServiceSpec, old: ServiceSpec | undefined): boolean {
  const prefer = 'PreferDualStack';
  return old !== undefined && needsClusterIP(wanted) && old.type === wanted.type && wanted.ipFamilyPolicy === prefer
    && (old.ipFamilyPolicy ?? prefer) === prefer && same(wanted.clusterIPs, old.clusterIPs) && same(wanted.ipFamilies, old.ipFamilies);
}

/** Asking for one family where there were two gives the second up. */
function keepFirst(wanted: ServiceSpec, old: ServiceSpec): void {
  if (same(wanted.clusterIPs, old.clusterIPs) && wanted.clusterIPs) wanted.clusterIPs = wanted.clusterIPs.slice(0, 1);
  if (same(wanted.ipFamilies, old.ipFamilies) && wanted.ipFamilies) wanted.ipFamilies = wanted.ipFamilies.slice(0, 1);
}

function policyErrors(wanted: ServiceSpec, old: ServiceSpec | undefined, single: boolean): FieldError[] {
  const path = spec.child('ipFamilyPolicy');
  const say = (detail: string) => invalid(path, wanted.ipFamilyPolicy, detail);
  const { clusterIPs = [], ipFamilies = [] } = wanted;
  const reduced = (before: string[] = [], after: string[]) => before.length === 2 && after.length === 1 && before[0] === after[0];
  if (!single) {
    return [
      ...(reduced(old?.clusterIPs, clusterIPs) ? [say("must be 'SingleStack' to release the secondary cluster IP")] : []),
      ...(reduced(old?.ipFamilies, ipFamilies) ? [say("must be 'SingleStack' to release the secondary IP family")] : []),
    ];
  }
  return [
    ...(clusterIPs.length === 2 ? [say("must be 'RequireDualStack' or 'PreferDualStack' when multiple cluster IPs are specified")] : []),
    ...(ipFamilies.length === 2 ? [say("must be 'RequireDualStack' or 'PreferDualStack' when multiple IP families are specified")] : []),
  ];
}

/** An address names its family; what is no address is left to validation. */
function inferFamilies(wanted: ServiceSpec): FieldError[] {
  const errors: FieldError[] = [];
  for (const [i, ip] of (wanted.clusterIPs ?? []).entries()) {
    if (ip === 'None') break;
    const family = parseIPv4(ip) !== undefined ? 'IPv4' : ip.includes(':') ? 'IPv6' : undefined;
    if (!family || i < (wanted.ipFamilies ?? []).length) continue;
    if (family === DEFAULT_FAMILY) wanted.ipFamilies = [...(wanted.ipFamilies ?? []), family];
    else errors.push(invalid(spec.child('clusterIPs').index(i), wanted.clusterIPs, `${family} is not configured on this cluster`));
  }
  return errors;
}

function refuseIf(service: Service, errors: FieldError[]): void {
  if (errors.length > 0) throw invalidService(service, errors);
}

const same = (a: string[] = [], b: string[] = []) => a.join() === b.join();
