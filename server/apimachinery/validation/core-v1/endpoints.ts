/**
 * Endpoints.
 *
 * Upstream: ValidateEndpoints and its update of pkg/apis/core/validation/validation.go.
 */
import { int, structs, text } from '../../access.ts';
import type { Fields } from '../../access.ts';
import { newPath, required } from '../../field.ts';
import type { FieldError, Path } from '../../field.ts';
import { isDNS1123Subdomain, isValidPortNum } from '../../names.ts';
import type { KubeObject } from '../../types.ts';
import { check, eachSliceVal, semanticEqual, validateDNS1123Label, validateEnum, validateQualifiedName } from '../checks.ts';
import { validateEndpointIP, validateLegacyIP } from '../legacy-ips.ts';
import { newKind } from '../new-kind.ts';
import { nameIsDNSSubdomain } from '../object-names.ts';

function validateAddress(address: Fields, at: Path): FieldError[] {
  const [ip, hostname, node] = [text(address, 'ip'), text(address, 'hostname'), address['nodeName']];
  return [
    ...validateLegacyIP(ip, at.child('ip')),
    ...(hostname === '' ? [] : validateDNS1123Label(hostname, at.child('hostname'))),
    ...(typeof node === 'string' ? check(isDNS1123Subdomain(node), node, at.child('nodeName')) : []),
    ...validateEndpointIP(ip, at.child('ip')),
  ];
}

function validatePort(port: Fields, requireName: boolean, at: Path): FieldError[] {
  const [name, number, appProtocol] = [text(port, 'name'), int(port, 'port') ?? 0, port['appProtocol']];
  const unnamed = requireName ? [required(at.child('name'))] : [];
  return [
    ...(name === '' ? unnamed : validateDNS1123Label(name, at.child('name'))),
    ...check(isValidPortNum(number), number, at.child('port')),
    ...validateEnum(text(port, 'protocol'), ['SCTP', 'TCP', 'UDP'], at.child('protocol')),
    ...(typeof appProtocol === 'string' ? validateQualifiedName(appProtocol, at.child('appProtocol')) : []),
  ];
}

function validate(obj: KubeObject): FieldError[] {
  return eachSliceVal(structs(obj, 'subsets'), newPath('subsets'), (subset, at) => {
    const ports = structs(subset, 'ports');
    const lists = ['addresses', 'notReadyAddresses'];
    const empty = lists.every((list) => structs(subset, list).length === 0);
    return [
      ...(empty ? [required(at, 'must specify `addresses` or `notReadyAddresses`')] : []),
      ...lists.flatMap((list) => eachSliceVal(structs(subset, list), at.child(list), validateAddress)),
      ...eachSliceVal(ports, at.child('ports'), (port, at) => validatePort(port, ports.length > 1, at)),
    ];
  });
}

export const endpoints = newKind({
  namespaced: true,
  nameFn: nameIsDNSSubdomain,
  validate,
  order: ['meta', 'createMeta', 'own'],
  validateUpdate: (obj, old) => (semanticEqual(obj['subsets'], old['subsets']) ? [] : validate(obj)),
});
