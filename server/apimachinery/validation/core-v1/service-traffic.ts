/**
 * From where Services take traffic, and where they send it.
 *
 * Upstream: validateLoadBalancerClassField, validateServiceExternalTrafficPolicy, validateServiceInternalTrafficFieldsValue,
 * validateServiceTrafficDistribution, ValidateLoadBalancerStatus and the source ranges of validateService in
 * pkg/apis/core/validation/validation.go.
 */
import { int, strings, struct, structs, text } from '../../access.ts';
import type { Fields } from '../../access.ts';
import { forbidden, invalid, newPath, notSupported, required } from '../../field.ts';
import type { FieldError } from '../../field.ts';
import { isDNS1123Subdomain, isValidPortNum } from '../../names.ts';
import type { KubeObject } from '../../types.ts';
import { check, eachSliceVal, validateEnum, validateQualifiedName } from '../checks.ts';
import { parseIPSloppy, validateLegacyCIDR, validateLegacyIP } from '../legacy-ips.ts';

const path = newPath('spec');
const onlyLoadBalancer = "may only be used when `type` is 'LoadBalancer'";
const isLoadBalancer = (spec: Fields) => spec['type'] === 'LoadBalancer';

const rangesAnnotation = 'service.beta.kubernetes.io/load-balancer-source-ranges';

export function validateSourceRanges({ metadata, spec }: KubeObject & { spec: Fields }, old: (KubeObject & { spec: Fields }) | undefined): FieldError[] {
  const trimmed = (of: Fields) => strings(of, 'loadBalancerSourceRanges').map((range) => range.trim());
  const ranges = trimmed(spec);
  const annotation = metadata.annotations?.[rangesAnnotation];
  const wrongType = (at: typeof path) => (isLoadBalancer(spec) ? [] : [forbidden(at, onlyLoadBalancer)]);
  if (ranges.length > 0) {
    const at = path.child('LoadBalancerSourceRanges');
    return [...wrongType(at), ...eachSliceVal(ranges, at, (range, own) => validateLegacyCIDR(range, own, old ? trimmed(old.spec) : []))];
  }
  if (annotation === undefined) return [];
  const at = newPath('metadata', 'annotations').key(rangesAnnotation);
  const unread = annotation.trim() === '' || old?.metadata.annotations?.[rangesAnnotation] === annotation;
  return [...wrongType(at), ...(unread ? [] : annotation.trim().split(',').flatMap((range) => validateLegacyCIDR(range.trim(), at)))];
}

export function validateLoadBalancerClass(spec: Fields, old?: Fields): FieldError[] {
  const name = spec['loadBalancerClass'];
  const at = path.child('loadBalancerClass');
  const moved = old && isLoadBalancer(old) && isLoadBalancer(spec) && name !== old['loadBalancerClass'] ? [invalid(at, name ?? null, 'may not change once set')] : [];
  if (typeof name !== 'string') return moved;
  return [...moved, ...(isLoadBalancer(spec) ? validateQualifiedName(name, at) : [forbidden(at, onlyLoadBalancer)])];
}

export const needsHealthCheck = (spec: Fields) => isLoadBalancer(spec) && spec['externalTrafficPolicy'] === 'Local';

function validateExternal(spec: Fields): FieldError[] {
  const policy = text(spec, 'externalTrafficPolicy');
  const port = int(spec, 'healthCheckNodePort') ?? 0;
  const exposed = isLoadBalancer(spec) || spec['type'] === 'NodePort' || (spec['type'] === 'ClusterIP' && strings(spec, 'externalIPs').length > 0);
  const [policyAt, portAt] = [path.child('externalTrafficPolicy'), path.child('healthCheckNodePort')];
  const errors = exposed ? validateEnum(policy, ['Cluster', 'Local'], policyAt) : policy === '' ? [] : [invalid(policyAt, policy, 'may only be set for externally-accessible services')];
  if (needsHealthCheck(spec)) errors.push(...(port === 0 ? [required(portAt)] : check(isValidPortNum(port), port, portAt)));
  else if (port !== 0) errors.push(invalid(portAt, port, "may only be set when `type` is 'LoadBalancer' and `externalTrafficPolicy` is 'Local'"));
  return errors;
}

const fields: readonly [name: string, supported: readonly string[]][] = [
  ['internalTrafficPolicy', ['Cluster', 'Local']],
  ['trafficDistribution', ['PreferClose', 'PreferSameZone', 'PreferSameNode']],
];

export function validateTraffic(spec: Fields): FieldError[] {
  return [
    ...(spec['allocateLoadBalancerNodePorts'] !== undefined && !isLoadBalancer(spec) ? [forbidden(path.child('allocateLoadBalancerNodePorts'), onlyLoadBalancer)] : []),
    ...validateLoadBalancerClass(spec),
    ...validateExternal(spec),
    ...fields.flatMap(([name, supported]) => (spec[name] === undefined || supported.includes(text(spec, name)) ? [] : [notSupported(path.child(name), spec[name], supported)])),
  ];
}

export function validateLoadBalancerStatus(obj: KubeObject, old: KubeObject): FieldError[] {
  const ingressOf = (of: KubeObject) => structs(struct(struct(of, 'status'), 'loadBalancer'), 'ingress');
  const ingress = ingressOf(obj);
  const at = newPath('status', 'loadBalancer', 'ingress');
  if (!isLoadBalancer(struct(obj, 'spec')) && ingress.length > 0) return [forbidden(at, "may only be used when `spec.type` is 'LoadBalancer'")];
  const known = ingressOf(old).map((point) => text(point, 'ip'));
  return ingress.flatMap((point, i) => {
    const [ip, mode, host] = [text(point, 'ip'), point['ipMode'], text(point, 'hostname')];
    const errors = ip === '' ? [] : validateLegacyIP(ip, at.index(i).child('ip'), known);
    const modeAt = at.index(i).child('ipMode');
    const hostAt = at.index(i).child('hostname');
    if (mode === undefined) errors.push(...(ip === '' ? [] : [required(modeAt, 'must be specified when `ip` is set')]));
    else if (ip === '') errors.push(forbidden(modeAt, 'may not be specified when `ip` is not set'));
    else if (mode !== 'VIP' && mode !== 'Proxy') errors.push(notSupported(modeAt, mode, ['Proxy', 'VIP']));
    if (host !== '') errors.push(...check(isDNS1123Subdomain(host), host, hostAt));
    if (host !== '' && parseIPSloppy(host)) errors.push(invalid(hostAt, host, 'must be a DNS name, not an IP address'));
    return errors;
  });
}
