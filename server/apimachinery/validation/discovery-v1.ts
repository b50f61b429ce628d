/**
 * EndpointSlices.
 *
 * Upstream: pkg/apis/discovery/validation/validation.go.
 */
import { isFields, stringMap, strings, structs, text } from '../access.ts';
import type { Fields } from '../access.ts';
import { duplicate, invalid, newPath, notSupported, required, tooMany } from '../field.ts';
import type { FieldError, Path } from '../field.ts';
import { isDNS1123Label, isDNS1123Subdomain, isValidLabelValue } from '../names.ts';
import type { KubeObject } from '../types.ts';
import { check, eachSliceVal, semanticEqual, validateDNS1123Label, validateImmutableField, validateQualifiedName } from './checks.ts';
import { isIPv4, isIPv6, validateCanonicalIP } from './ips.ts';
import type { KindValidation } from './kind-validation.ts';
import { validateLabels } from './labels.ts';
import { validateEndpointIP, validateLegacyIP } from './legacy-ips.ts';
import { newKind } from './new-kind.ts';
import { nameIsDNSSubdomain } from './object-names.ts';

const types = ['FQDN', 'IPv4', 'IPv6'];
const protocols = ['SCTP', 'TCP', 'UDP'];

function validateDomainName(name: string, at: Path): FieldError[] {
  if (name === '') return [required(at)];
  const domain = name.replace(/\.$/, '');
  const reasons = isDNS1123Subdomain(domain);
  if (reasons.length > 0) return [invalid(at, domain, reasons.join(','))];
  const labels = domain.split('.');
  if (labels.length < 2) return [invalid(at, domain, 'should be a domain with at least two segments separated by dots')];
  const bad = labels.map(isDNS1123Label).find((r) => r.length > 0);
  return bad ? [invalid(at, labels.find((label) => isDNS1123Label(label).length > 0), bad.join(','))] : [];
}

function validateAddress(address: string, type: string, list: Path, at: Path): FieldError[] {
  if (type === 'FQDN') return validateDomainName(address, at);
  if (type !== 'IPv4' && type !== 'IPv6') return [];
  const malformed = type === 'IPv4' ? validateLegacyIP(address, at) : validateCanonicalIP(address, at);
  if (malformed.length > 0) return malformed;
  const fits = type === 'IPv4' ? isIPv4(address) : isIPv6(address);
  return [...(fits ? [] : [invalid(list, address, `must be an ${type} address`)]), ...validateEndpointIP(address, at)];
}

function validateHints(hints: Fields, path: Path): FieldError[] {
  const kinds = [['forZones', isValidLabelValue], ['forNodes', isDNS1123Subdomain]] as const;
  return kinds.flatMap(([list, reasonsOf]) => {
    const names = structs(hints, list).map((hint) => text(hint, 'name'));
    if (names.length > 8) return [tooMany(path.child(list), names.length, 8)];
    return names.flatMap((name, i) => {
      const at = path.child(list).index(i).child('name');
      return [...(names.indexOf(name) < i ? [duplicate(at, name)] : []), ...check(reasonsOf(name), name, at)];
    });
  });
}

function validateEndpoint(endpoint: Fields, type: string, at: Path): FieldError[] {
  const list = at.child('addresses');
  const addresses = strings(endpoint, 'addresses');
  const { nodeName, hostname, hints } = endpoint;
  const topology = stringMap(endpoint, 'deprecatedTopology');
  return [
    ...(addresses.length === 0 ? [required(list, 'must contain at least 1 address')] : []),
    ...(addresses.length > 100 ? [tooMany(list, addresses.length, 100)] : []),
    ...eachSliceVal(addresses, list, (address, own) => validateAddress(address, type, list, own)),
    ...(typeof nodeName === 'string' ? check(isDNS1123Subdomain(nodeName), nodeName, at.child('nodeName')) : []),
    ...(Object.keys(topology).length > 16 ? [tooMany(at.child('deprecatedTopology'), Object.keys(topology).length, 16)] : []),
    ...validateLabels(topology, at.child('deprecatedTopology')),
    ...(typeof hostname === 'string' ? validateDNS1123Label(hostname, at.child('hostname')) : []),
    ...(isFields(hints) ? validateHints(hints, at.child('hints')) : []),
  ];
}

function validateEndpoints(obj: KubeObject): FieldError[] {
  const endpoints = structs(obj, 'endpoints');
  const path = newPath('endpoints');
  return endpoints.length > 1000 ? [tooMany(path, endpoints.length, 1000)] : eachSliceVal(endpoints, path, (endpoint, at) => validateEndpoint(endpoint, text(obj, 'addressType'), at));
}

function validatePorts(ports: Fields[], path: Path): FieldError[] {
  if (ports.length > 20000) return [tooMany(path, ports.length, 20000)];
  const names = ports.map((port) => text(port, 'name'));
  return eachSliceVal(ports, path, (port, at, i) => {
    const name = names[i] ?? '';
    const { protocol, appProtocol } = port;
    const badProtocol = protocols.includes(String(protocol)) ? [] : [notSupported(at.child('protocol'), protocol, protocols)];
    return [
      ...(name === '' ? [] : validateDNS1123Label(name, at.child('name'))),
      ...(names.indexOf(name) < i ? [duplicate(at.child('name'), name)] : []),
      ...(protocol === undefined ? [required(at.child('protocol'))] : badProtocol),
      ...(typeof appProtocol === 'string' ? validateQualifiedName(appProtocol, at.child('appProtocol')) : []),
    ];
  });
}

function validateShape(obj: KubeObject): FieldError[] {
  const type = text(obj, 'addressType');
  const at = newPath('addressType');
  const badType = types.includes(type) ? [] : [notSupported(at, type, types)];
  return [...(type === '' ? [required(at)] : badType), ...validatePorts(structs(obj, 'ports'), newPath('ports'))];
}

export const discoveryV1: Record<string, KindValidation> = {
  EndpointSlice: newKind({
    namespaced: true,
    nameFn: nameIsDNSSubdomain,
    validate: (obj) => [...validateShape(obj), ...validateEndpoints(obj)],
    order: ['createMeta', 'own'],
    validateUpdate: (obj, old) => [
      ...validateShape(obj),
      ...(semanticEqual(obj['endpoints'], old['endpoints']) ? [] : validateEndpoints(obj)),
      ...validateImmutableField(text(obj, 'addressType'), text(old, 'addressType'), newPath('addressType')),
    ],
  }),
};
