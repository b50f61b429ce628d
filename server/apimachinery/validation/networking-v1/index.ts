/**
 * The kinds of networking.k8s.io/v1: IngressClasses, IPAddresses and ServiceCIDRs here, the others in their files.
 *
 * Upstream: pkg/apis/networking/validation/validation.go.
 */
import { isFields, strings, struct, text } from '../../access.ts';
import type { Fields } from '../../access.ts';
import { forbidden, invalid, newPath, notSupported, required, tooLong } from '../../field.ts';
import type { FieldError, Path } from '../../field.ts';
import { byteLength, isDNS1123Subdomain, isPathSegmentName } from '../../names.ts';
import type { KubeObject } from '../../types.ts';
import { check, eachSliceVal, fieldImmutable, semanticEqual, validateDomainPrefixedPath, validateImmutableField } from '../checks.ts';
import { printInternal } from '../internal/print.ts';
import { parseCIDR, validateCanonicalCIDR, validateCanonicalIP } from '../ips.ts';
import type { KindValidation } from '../kind-validation.ts';
import { newKind } from '../new-kind.ts';
import { nameIsDNSLabel, nameIsDNSSubdomain } from '../object-names.ts';
import { ingress, validateTypedReference } from './ingress.ts';
import { networkPolicy } from './network-policy.ts';

const path = newPath('spec');
const maxController = 250;

function validateParameters(parameters: unknown, at: Path): FieldError[] {
  if (!isFields(parameters)) return [];
  const { scope, namespace } = parameters;
  const errors = validateTypedReference(parameters, at);
  if (scope === undefined) return [...errors, required(at.child('scope'))];
  if (scope !== 'Cluster' && scope !== 'Namespace') return [...errors, notSupported(at.child('scope'), scope, ['Cluster', 'Namespace'])];
  if (scope === 'Cluster') return namespace === undefined ? errors : [...errors, forbidden(at.child('namespace'), "`parameters.scope` is set to 'Cluster'")];
  if (typeof namespace !== 'string') return [...errors, required(at.child('namespace'), "`parameters.scope` is set to 'Namespace'")];
  return [...errors, ...check(nameIsDNSLabel(namespace, false), namespace, at.child('namespace'))];
}

function validateClass(obj: KubeObject): FieldError[] {
  const spec = struct(obj, 'spec');
  const controller = text(spec, 'controller');
  const at = path.child('controller');
  return [...(byteLength(controller) > maxController ? [tooLong(at, maxController)] : []), ...validateDomainPrefixedPath(controller, at), ...validateParameters(spec['parameters'], path.child('parameters'))];
}

const ingressClass = newKind({
  namespaced: false,
  nameFn: nameIsDNSSubdomain,
  validate: validateClass,
  order: ['meta', 'own', 'create'],
  validateUpdate: (obj, old) => validateImmutableField(text(struct(obj, 'spec'), 'controller'), text(struct(old, 'spec'), 'controller'), path.child('controller')),
});

function validateParent(parent: unknown, at: Path): FieldError[] {
  if (!isFields(parent)) return [required(at)];
  const segment = (name: string, needed: boolean) => (text(parent, name) === '' ? (needed ? [required(at.child(name))] : []) : check(isPathSegmentName(text(parent, name)), text(parent, name), at.child(name)));
  const group = text(parent, 'group');
  return [...(group === '' ? [] : check(isDNS1123Subdomain(group), group, at.child('group'))), ...segment('resource', true), ...segment('name', true), ...segment('namespace', false)];
}

/** What IPAddress objects are named after. */
const nameIsIP = (name: string) => validateCanonicalIP(name, newPath()).map(({ body }) => body.slice(body.indexOf(': must') + 2));

const ipAddress = newKind({
  namespaced: false,
  nameFn: nameIsIP,
  validate: (obj) => validateParent(struct(obj, 'spec')['parentRef'], path.child('parentRef')),
  order: ['create', 'meta', 'own'],
  validateUpdate: (obj, old) => {
    const [now, before] = [struct(obj, 'spec')['parentRef'], struct(old, 'spec')['parentRef']];
    return semanticEqual(now, before) ? [] : [invalid(path.child('parentRef'), isFields(now) ? printInternal('ParentReference', now) : null, fieldImmutable)];
  },
});

function validateCIDRs(spec: Fields): FieldError[] {
  const cidrs = strings(spec, 'cidrs');
  const at = path.child('cidrs');
  if (cidrs.length === 0) return [required(at, 'at least one CIDR required')];
  if (cidrs.length > 2) return [invalid(at, { CIDRs: cidrs }, 'may only hold up to 2 values')];
  const errors = eachSliceVal(cidrs, at, validateCanonicalCIDR);
  const [first, second] = cidrs.map((cidr) => parseCIDR(cidr)?.version);
  const same = cidrs.length === 2 && first !== undefined && first === second;
  return same ? [...errors, invalid(at, cidrs, 'may specify no more than one IP for each IP family, i.e 192.168.0.0/24 and 2001:db8::/64')] : errors;
}

/** A second family may come and go; a range stays what it is. */
function validateCIDRsUpdate(obj: KubeObject, old: KubeObject): FieldError[] {
  const [now, before] = [strings(struct(obj, 'spec'), 'cidrs'), strings(struct(old, 'spec'), 'cidrs')];
  const at = path.child('cidrs');
  const immutable = (i: number) => (now[i] === before[i] ? [] : [invalid(at.index(i), now[i], fieldImmutable)]);
  if (now.length === before.length) return before.flatMap((_, i) => immutable(i));
  if (before.length === 1 && now.length === 2) return [...immutable(0), ...validateCIDRs(struct(obj, 'spec'))];
  return [invalid(at, now, fieldImmutable)];
}

const serviceCIDR = newKind({
  namespaced: false,
  nameFn: nameIsDNSSubdomain,
  validate: (obj) => validateCIDRs(struct(obj, 'spec')),
  validateUpdate: validateCIDRsUpdate,
  subresources: { status: () => [] },
});

export const networkingV1: Record<string, KindValidation> = { IPAddress: ipAddress, Ingress: ingress, IngressClass: ingressClass, NetworkPolicy: networkPolicy, ServiceCIDR: serviceCIDR };
