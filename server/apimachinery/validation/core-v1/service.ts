/**
 * Services.
 *
 * Upstream: validateService, ValidateServiceCreate and its updates of pkg/apis/core/validation/validation.go.
 */
import { int, isFields, stringMap, strings, struct, structs, text } from '../../access.ts';
import type { Fields } from '../../access.ts';
import { duplicate, forbidden, invalid, newPath, required } from '../../field.ts';
import type { FieldError, Path } from '../../field.ts';
import { isValidPortNum } from '../../names.ts';
import type { KubeObject } from '../../types.ts';
import { Names, check, eachSliceVal, validateDNS1123Label, validateDNS1123Subdomain, validateEnum, validatePortNumOrName, validateQualifiedName } from '../checks.ts';
import { validateLabels } from '../labels.ts';
import { validateEndpointIP, validateLegacyIP } from '../legacy-ips.ts';
import { newKind } from '../new-kind.ts';
import { nameIsDNSLabel } from '../object-names.ts';
import { isHeadless, validateClusterIPsRelatedFields, validateUpgradeDowngrade } from './service-ips.ts';
import { needsHealthCheck, validateLoadBalancerClass, validateLoadBalancerStatus, validateSourceRanges, validateTraffic } from './service-traffic.ts';

const path = newPath('spec');

function validatePort(port: Fields, requireName: boolean, names: Names, at: Path): FieldError[] {
  const name = text(port, 'name');
  const errors: FieldError[] = [];
  if (requireName && name === '') errors.push(required(at.child('name')));
  if (name !== '') errors.push(...validateDNS1123Label(name, at.child('name')));
  if (names.repeats(name)) errors.push(duplicate(at.child('name'), name));
  const number = int(port, 'port') ?? 0;
  errors.push(...check(isValidPortNum(number), number, at.child('port')));
  errors.push(...validateEnum(text(port, 'protocol'), ['SCTP', 'TCP', 'UDP'], at.child('protocol')));
  errors.push(...validatePortNumOrName(port['targetPort'], at.child('targetPort')));
  const appProtocol = port['appProtocol'];
  return typeof appProtocol === 'string' ? [...errors, ...validateQualifiedName(appProtocol, at.child('appProtocol'))] : errors;
}

function validateType(spec: Fields): FieldError[] {
  const type = text(spec, 'type');
  if (type === 'LoadBalancer' || type === 'NodePort') {
    return isHeadless(spec) ? [invalid(path.child('clusterIPs').index(0), 'None', `may not be set to 'None' for ${type} services`)] : [];
  }
  if (type !== 'ExternalName') return [];
  const set = ['clusterIPs', 'ipFamilies', 'ipFamilyPolicy'].filter((f) => (Array.isArray(spec[f]) ? spec[f].length > 0 : spec[f] !== undefined));
  const name = text(spec, 'externalName').replace(/\.$/, '');
  const nameErrors = name === '' ? [required(path.child('externalName'))] : validateDNS1123Subdomain(name, path.child('externalName'));
  return [...set.map((f) => forbidden(path.child(f), 'may not be set for ExternalName services')), ...nameErrors];
}

function validateSessionAffinity(spec: Fields): FieldError[] {
  const affinity = text(spec, 'sessionAffinity');
  const errors = validateEnum(affinity, ['ClientIP', 'None'], path.child('sessionAffinity'));
  if (affinity !== 'ClientIP') return errors;
  const timeout = int(struct(struct(spec, 'sessionAffinityConfig'), 'clientIP'), 'timeoutSeconds') ?? 0;
  const at = path.child('sessionAffinityConfig', 'clientIP', 'timeoutSeconds');
  return timeout > 0 && timeout <= 86400 ? errors : [...errors, invalid(at, timeout, 'must be greater than 0 and less than 86400')];
}

/** A port as upstream's internal type prints it, by the fields that make it the same as another. */
const printedPort = (port: Fields) => ({ Name: '', Protocol: text(port, 'protocol'), AppProtocol: null, Port: int(port, 'port') ?? 0, TargetPort: 0, NodePort: 0 });

function validateUniquePorts(spec: Fields): FieldError[] {
  const ports = structs(spec, 'ports');
  const at = path.child('ports');
  const twice = (field: string, tell: (port: Fields, i: number) => FieldError) => {
    const seen = new Names();
    return ports.flatMap((port, i) => ((field === 'port' || int(port, field)) && seen.repeats(`${text(port, 'protocol')}/${int(port, field) ?? 0}`) ? [tell(port, i)] : []));
  };
  const internal = text(spec, 'type') === 'ClusterIP' ? eachSliceVal(ports, at, (port, own) => (int(port, 'nodePort') ? [forbidden(own.child('nodePort'), "may not be used when `type` is 'ClusterIP'")] : [])) : [];
  return [
    ...internal,
    ...twice('nodePort', (port, i) => duplicate(at.index(i).child('nodePort'), int(port, 'nodePort'))),
    ...twice('port', (port, i) => duplicate(at.index(i), printedPort(port))),
  ];
}

const [mode, hints] = ['service.kubernetes.io/topology-mode', 'service.kubernetes.io/topology-aware-hints'];

function validateTopology({ metadata: { annotations = {} } }: KubeObject): FieldError[] {
  const differ = annotations[mode] !== undefined && annotations[hints] !== undefined && annotations[mode] !== annotations[hints];
  return differ ? [invalid(newPath('metadata', 'annotations').key(mode), annotations[mode], `must match annotations[${hints}] when both are specified`)] : [];
}

function validateExternalIPs(spec: Fields, old: Fields): FieldError[] {
  return eachSliceVal(strings(spec, 'externalIPs'), path.child('externalIPs'), (ip, at) => {
    const malformed = validateLegacyIP(ip, at, strings(old, 'externalIPs'));
    return malformed.length > 0 ? malformed : validateEndpointIP(ip, at);
  });
}

const withSpec = (obj: KubeObject) => ({ ...obj, spec: isFields(obj['spec']) ? obj['spec'] : {} });

function validate(obj: KubeObject, old?: KubeObject): FieldError[] {
  const service = withSpec(obj);
  const before = old && withSpec(old);
  const { spec } = service;
  const ports = structs(spec, 'ports');
  const names = new Names();
  return [
    ...validateTopology(obj),
    ...(ports.length === 0 && !isHeadless(spec) && spec['type'] !== 'ExternalName' ? [required(path.child('ports'))] : []),
    ...validateType(spec),
    ...eachSliceVal(ports, path.child('ports'), (port, at) => validatePort(port, ports.length > 1, names, at)),
    ...validateLabels(stringMap(spec, 'selector'), path.child('selector')),
    ...validateSessionAffinity(spec),
    ...validateClusterIPsRelatedFields(spec, before?.spec),
    ...validateExternalIPs(spec, before?.spec ?? {}),
    ...validateEnum(text(spec, 'type'), ['ClusterIP', 'ExternalName', 'LoadBalancer', 'NodePort'], path.child('type')),
    ...validateUniquePorts(spec),
    ...validateSourceRanges(service, before),
    ...validateTraffic(spec),
  ];
}

function validateUpdate(obj: KubeObject, old: KubeObject): FieldError[] {
  const [{ spec: now }, { spec: before }] = [withSpec(obj), withSpec(old)];
  const checked = needsHealthCheck(now) && needsHealthCheck(before) && now['healthCheckNodePort'] !== before['healthCheckNodePort'];
  return [
    ...validateUpgradeDowngrade(now, before),
    ...validateLoadBalancerClass(now, before),
    ...(checked ? [forbidden(path.child('healthCheckNodePort'), 'field is immutable')] : []),
    ...validate(obj, old),
  ];
}

export const service = newKind({
  namespaced: true,
  nameFn: nameIsDNSLabel,
  validate,
  validateUpdate,
  subresources: { status: validateLoadBalancerStatus },
});
