/**
 * Services.
 *
 * Upstream: validateService, ValidateServiceCreate and ValidateServiceUpdate of pkg/apis/core/validation/validation.go.
 * Leaves out load balancer classes and source ranges, traffic distribution, and the rules for two IP families.
 */
import { int, isFields, stringMap, strings, struct, structs, text } from '../../access.ts';
import type { Fields } from '../../access.ts';
import { duplicate, forbidden, invalid, newPath, notSupported, required } from '../../field.ts';
import type { FieldError, Path } from '../../field.ts';
import { isValidPortNum } from '../../names.ts';
import type { KubeObject } from '../../types.ts';
import { Names, check, validateDNS1123Label, validateDNS1123Subdomain, validateEndpointIP, validateEnum, validateIP, validateImmutableField, validatePortNumOrName, validateQualifiedName } from '../checks.ts';
import type { KindValidation } from '../kinds.ts';
import { validateLabels } from '../labels.ts';
import { validateKubeObjectMeta, validateObjectMetaUpdate } from '../object-meta.ts';
import { nameIsDNSLabel } from '../object-names.ts';

const metadata = newPath('metadata');
const path = newPath('spec');
const isHeadless = (spec: Fields) => clusterIPs(spec).length === 1 && clusterIPs(spec)[0] === 'None';

/** The single address stands for the list when only it is written. */
function clusterIPs(spec: Fields): string[] {
  const all = strings(spec, 'clusterIPs');
  const one = text(spec, 'clusterIP');
  return all.length > 0 || one === '' ? all : [one];
}

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
  const set = ['clusterIPs', 'ipFamilies', 'ipFamilyPolicy'].filter((f) => (f === 'clusterIPs' ? clusterIPs(spec).length > 0 : spec[f] !== undefined));
  const name = text(spec, 'externalName').replace(/\.$/, '');
  const nameErrors = name === '' ? [required(path.child('externalName'))] : validateDNS1123Subdomain(name, path.child('externalName'));
  return [...set.map((f) => forbidden(path.child(f), 'may not be set for ExternalName services')), ...nameErrors];
}

function validateSessionAffinity(spec: Fields): FieldError[] {
  const affinity = text(spec, 'sessionAffinity');
  const errors = validateEnum(affinity, ['ClientIP', 'None'], path.child('sessionAffinity'));
  if (affinity !== 'ClientIP') return errors;
  const timeout = int(struct(struct(spec, 'sessionAffinityConfig'), 'clientIP'), 'timeoutSeconds');
  const at = path.child('sessionAffinityConfig', 'clientIP', 'timeoutSeconds');
  if (timeout === undefined) return [...errors, required(at)];
  return timeout > 0 && timeout <= 86400 ? errors : [...errors, invalid(at, timeout, 'must be greater than 0 and less than 86400')];
}

/** A port as upstream's internal type prints it, by the fields that make it the same as another. */
const printedPort = (port: Fields) => ({ Name: '', Protocol: text(port, 'protocol'), AppProtocol: null, Port: int(port, 'port') ?? 0, TargetPort: 0, NodePort: 0 });

function validateUniquePorts(spec: Fields): FieldError[] {
  const ports = structs(spec, 'ports');
  const at = path.child('ports');
  const twice = (field: string, tell: (port: Fields, i: number) => FieldError) => {
    const seen = new Names();
    return ports.flatMap((port, i) => (int(port, field) && seen.repeats(`${text(port, 'protocol')}/${int(port, field)}`) ? [tell(port, i)] : []));
  };
  const internal = text(spec, 'type') === 'ClusterIP' ? ports.flatMap((port, i) => (int(port, 'nodePort') ? [forbidden(at.index(i).child('nodePort'), "may not be used when `type` is 'ClusterIP'")] : [])) : [];
  return [
    ...internal,
    ...twice('nodePort', (port, i) => duplicate(at.index(i).child('nodePort'), int(port, 'nodePort'))),
    ...twice('port', (port, i) => duplicate(at.index(i), printedPort(port))),
  ];
}

function validateTraffic(spec: Fields): FieldError[] {
  const errors: FieldError[] = [];
  const type = text(spec, 'type');
  if (spec['allocateLoadBalancerNodePorts'] !== undefined && type !== 'LoadBalancer') {
    errors.push(forbidden(path.child('allocateLoadBalancerNodePorts'), "may only be used when `type` is 'LoadBalancer'"));
  }
  const external = text(spec, 'externalTrafficPolicy');
  const exposed = type === 'LoadBalancer' || type === 'NodePort' || strings(spec, 'externalIPs').length > 0;
  if (external !== '' && !exposed) errors.push(invalid(path.child('externalTrafficPolicy'), external, 'may only be set for externally-accessible services'));
  else if (exposed) errors.push(...validateEnum(external, ['Cluster', 'Local'], path.child('externalTrafficPolicy')));
  const internal = text(spec, 'internalTrafficPolicy');
  if (internal !== '' && internal !== 'Cluster' && internal !== 'Local') errors.push(notSupported(path.child('internalTrafficPolicy'), internal, ['Cluster', 'Local']));
  return errors;
}

function validateService(spec: Fields): FieldError[] {
  const ports = structs(spec, 'ports');
  const names = new Names();
  const ips = clusterIPs(spec).filter((ip) => ip !== 'None' && ip !== '');
  return [
    ...(ports.length === 0 && !isHeadless(spec) && spec['type'] !== 'ExternalName' ? [required(path.child('ports'))] : []),
    ...validateType(spec),
    ...ports.flatMap((port, i) => validatePort(port, ports.length > 1, names, path.child('ports').index(i))),
    ...validateLabels(stringMap(spec, 'selector'), path.child('selector')),
    ...validateSessionAffinity(spec),
    ...ips.flatMap((ip, i) => validateIP(ip, path.child('clusterIPs').index(i))),
    ...strings(spec, 'externalIPs').flatMap((ip, i) => {
      const at = path.child('externalIPs').index(i);
      const malformed = validateIP(ip, at);
      return malformed.length > 0 ? malformed : validateEndpointIP(ip, at);
    }),
    ...validateEnum(text(spec, 'type'), ['ClusterIP', 'ExternalName', 'LoadBalancer', 'NodePort'], path.child('type')),
    ...validateUniquePorts(spec),
    ...validateTraffic(spec),
  ];
}

const specOf = (obj: KubeObject) => (isFields(obj['spec']) ? obj['spec'] : {});

/** An address stays while the service keeps one. */
function validateClusterIPUpdate(spec: Fields, old: Fields): FieldError[] {
  const [now] = clusterIPs(spec);
  const [before] = clusterIPs(old);
  const keeps = spec['type'] !== 'ExternalName' && old['type'] !== 'ExternalName';
  return keeps && before ? validateImmutableField(now, before, path.child('clusterIPs').index(0)) : [];
}

export const service: KindValidation = {
  validate: (obj) => [...validateKubeObjectMeta(obj.metadata, { namespaced: true, nameFn: nameIsDNSLabel }, metadata), ...validateService(specOf(obj))],
  validateUpdate: (obj, old) => [
    ...validateObjectMetaUpdate(obj.metadata, old.metadata, metadata),
    ...validateClusterIPUpdate(specOf(obj), specOf(old)),
    ...validateService(specOf(obj)),
  ],
};
