/**
 * Ingresses.
 *
 * Upstream: ValidateIngressCreate and its updates of pkg/apis/networking/validation/validation.go.
 */
import { int, isFields, strings, struct, structs, text } from '../../access.ts';
import type { Fields } from '../../access.ts';
import { invalid, newPath, notSupported, required } from '../../field.ts';
import type { FieldError, Path } from '../../field.ts';
import { isDNS1123Subdomain, isPathSegmentName, isValidPortName, isValidPortNum, isWildcardDNS1123Subdomain } from '../../names.ts';
import type { KubeObject } from '../../types.ts';
import { check, eachSliceVal } from '../checks.ts';
import { parseIPSloppy, validateLegacyIP } from '../legacy-ips.ts';
import { newKind } from '../new-kind.ts';
import { nameIsDNSLabel, nameIsDNSSubdomain } from '../object-names.ts';

const classAnnotation = 'kubernetes.io/ingress.class';
const path = newPath('spec');

const validateHost = (host: string, at: Path) => check(host.includes('*') ? isWildcardDNS1123Subdomain(host) : isDNS1123Subdomain(host), host, at);

/** What another object is referred to by. */
export function validateTypedReference(ref: Fields, at: Path): FieldError[] {
  const group = ref['apiGroup'];
  return [
    ...(typeof group === 'string' ? check(isDNS1123Subdomain(group), group, at.child('apiGroup')) : []),
    ...['kind', 'name'].flatMap((name) => (text(ref, name) === '' ? [required(at.child(name))] : check(isPathSegmentName(text(ref, name)), text(ref, name), at.child(name)))),
  ];
}

function validateServiceBackend(service: Fields, at: Path): FieldError[] {
  const name = text(service, 'name');
  const nameAt = at.child('service', 'name');
  const port = struct(service, 'port');
  const [portName, number] = [text(port, 'name'), int(port, 'number') ?? 0];
  const errors = name === '' ? [required(nameAt)] : check(nameIsDNSLabel(name, false), name, nameAt);
  if (portName !== '' && number !== 0) return [...errors, invalid(at, '', 'cannot set both port name & port number')];
  if (portName !== '') return [...errors, ...check(isValidPortName(portName), portName, at.child('service', 'port', 'name'))];
  return number === 0 ? [...errors, required(at, 'port name or number is required')] : [...errors, ...check(isValidPortNum(number), number, at.child('service', 'port', 'number'))];
}

function validateBackend({ resource, service }: Fields, at: Path): FieldError[] {
  if (isFields(resource) && isFields(service)) return [invalid(at, '', 'cannot set both resource and service backends')];
  if (isFields(resource)) return validateTypedReference(resource, at.child('resource'));
  return isFields(service) ? validateServiceBackend(service, at) : [invalid(at, '', 'resource or service backend is required')];
}

const badSequences = ['//', '/./', '/../', '%2f', '%2F'];
const badSuffixes = ['/..', '/.'];

function validatePathText(value: string, type: string, at: Path): FieldError[] {
  const absolute = value.startsWith('/') || (value === '' && type === 'ImplementationSpecific');
  const errors = absolute ? [] : [invalid(at, value, 'must be an absolute path')];
  if (type === 'ImplementationSpecific') return errors;
  return [
    ...errors,
    ...badSequences.filter((s) => value.includes(s)).map((s) => invalid(at, value, `must not contain '${s}'`)),
    ...badSuffixes.filter((s) => value.endsWith(s)).map((s) => invalid(at, value, `cannot end with '${s}'`)),
  ];
}

function validatePath(entry: Fields, at: Path): FieldError[] {
  const type = entry['pathType'];
  const types = ['Exact', 'ImplementationSpecific', 'Prefix'];
  if (typeof type !== 'string') return [required(at.child('pathType'), 'pathType must be specified')];
  const errors = types.includes(type) ? validatePathText(text(entry, 'path'), type, at.child('path')) : [notSupported(at.child('pathType'), type, types)];
  return [...errors, ...validateBackend(struct(entry, 'backend'), at.child('backend'))];
}

function validateRule(rule: Fields, at: Path): FieldError[] {
  const host = text(rule, 'host');
  const hostAt = at.child('host');
  const { http } = rule;
  const errors = host !== '' && parseIPSloppy(host) ? [invalid(hostAt, host, 'must be a DNS name, not an IP address')] : [];
  if (host !== '') errors.push(...validateHost(host, hostAt));
  if (!isFields(http)) return errors;
  const paths = structs(http, 'paths');
  const pathsAt = at.child('http', 'paths');
  return [...errors, ...(paths.length === 0 ? [required(pathsAt)] : eachSliceVal(paths, pathsAt, validatePath))];
}

function validateTLS(tls: Fields, at: Path): FieldError[] {
  const secret = text(tls, 'secretName');
  return [
    ...eachSliceVal(strings(tls, 'hosts'), at.child('hosts'), validateHost),
    ...(secret === '' ? [] : check(nameIsDNSSubdomain(secret, false), secret, at.child('secretName'))),
  ];
}

function validateSpec(obj: KubeObject): FieldError[] {
  const spec = struct(obj, 'spec');
  const rules = structs(spec, 'rules');
  const { defaultBackend, ingressClassName } = spec;
  return [
    ...(rules.length === 0 && !isFields(defaultBackend) ? [invalid(path, spec['rules'] ?? null, 'either `defaultBackend` or `rules` must be specified')] : []),
    ...(isFields(defaultBackend) ? validateBackend(defaultBackend, path.child('defaultBackend')) : []),
    ...eachSliceVal(rules, path.child('rules'), validateRule),
    ...eachSliceVal(structs(spec, 'tls'), path.child('tls'), validateTLS),
    ...(typeof ingressClassName === 'string' ? check(nameIsDNSSubdomain(ingressClassName, false), ingressClassName, path.child('ingressClassName')) : []),
  ];
}

/** Two ways to name the class must name the same one. */
function validateClassAnnotation(obj: KubeObject): FieldError[] {
  const annotation = obj.metadata.annotations?.[classAnnotation];
  const name = struct(obj, 'spec')['ingressClassName'];
  const differ = annotation !== undefined && name !== undefined && annotation !== name;
  return differ ? [invalid(newPath('annotations').child(classAnnotation), annotation, 'must match `ingressClassName` when both are specified')] : [];
}

const balancersOf = (obj: KubeObject) => structs(struct(struct(obj, 'status'), 'loadBalancer'), 'ingress');

/** Where a load balancer was found. */
function validateLoadBalancerStatus(obj: KubeObject, old: KubeObject): FieldError[] {
  const known = balancersOf(old).map((ingress) => text(ingress, 'ip'));
  return eachSliceVal(balancersOf(obj), newPath('status', 'loadBalancer', 'ingress'), (ingress, at) => {
    const [ip, hostname] = [text(ingress, 'ip'), text(ingress, 'hostname')];
    const errors = ip === '' ? [] : validateLegacyIP(ip, at.child('ip'), known);
    if (hostname === '') return errors;
    errors.push(...check(isDNS1123Subdomain(hostname), hostname, at.child('hostname')));
    return parseIPSloppy(hostname) ? [...errors, invalid(at.child('hostname'), hostname, 'must be a DNS name, not an IP address')] : errors;
  });
}

export const ingress = newKind({
  namespaced: true,
  nameFn: nameIsDNSSubdomain,
  validate: (obj) => [...validateSpec(obj), ...validateClassAnnotation(obj)],
  order: ['meta', 'createMeta', 'own'],
  validateUpdate: validateSpec,
  subresources: { status: validateLoadBalancerStatus },
});
