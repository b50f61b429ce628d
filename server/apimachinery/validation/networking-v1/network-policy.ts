/**
 * NetworkPolicies.
 *
 * Upstream: ValidateNetworkPolicy and its update of pkg/apis/networking/validation/validation.go.
 */
import { int, isFields, strings, struct, structs, text } from '../../access.ts';
import type { Fields } from '../../access.ts';
import { forbidden, invalid, newPath, notSupported, required } from '../../field.ts';
import type { FieldError, Path } from '../../field.ts';
import { isValidPortName, isValidPortNum } from '../../names.ts';
import { check, eachSliceVal } from '../checks.ts';
import { isStrictSubset, parseCIDR } from '../ips.ts';
import type { CIDR } from '../ips.ts';
import { validateLabelSelector } from '../labels.ts';
import { validateLegacyCIDR } from '../legacy-ips.ts';
import { newKind } from '../new-kind.ts';
import { nameIsDNSSubdomain } from '../object-names.ts';

const path = newPath('spec');

function validatePort(rule: Fields, at: Path): FieldError[] {
  const { protocol, port } = rule;
  const end = int(rule, 'endPort');
  const errors = protocol === undefined || ['TCP', 'UDP', 'SCTP'].includes(String(protocol)) ? [] : [notSupported(at.child('protocol'), protocol, ['TCP', 'UDP', 'SCTP'])];
  if (typeof port === 'number') {
    errors.push(...check(isValidPortNum(port), port, at.child('port')));
    if (end === undefined) return errors;
    if (end < port) errors.push(invalid(at.child('endPort'), port, 'must be greater than or equal to `port`'));
    return [...errors, ...check(isValidPortNum(end), end, at.child('endPort'))];
  }
  const detail = port === undefined ? 'may not be specified when `port` is not specified' : 'may not be specified when `port` is non-numeric';
  if (end !== undefined) errors.push(invalid(at.child('endPort'), end, detail));
  return typeof port === 'string' ? [...errors, ...check(isValidPortName(port), port, at.child('port'))] : errors;
}

/** `known`: ranges that the policy had before, which stay whatever they look like. */
function validateIPBlock(block: Fields, known: string[], at: Path): FieldError[] {
  const written = text(block, 'cidr');
  if (written === '') return [required(at.child('cidr'))];
  const errors = validateLegacyCIDR(written, at.child('cidr'), known);
  const cidr = parseCIDR(written);
  if (!cidr) return errors;
  const within = (range: CIDR | undefined) => !range || isStrictSubset(range, cidr);
  return [...errors, ...eachSliceVal(strings(block, 'except'), at.child('except'), (except, exceptAt) => [
    ...validateLegacyCIDR(except, exceptAt, known),
    ...(within(parseCIDR(except)) ? [] : [invalid(exceptAt, except, 'must be a strict subset of `cidr`')]),
  ])];
}

function validatePeer(peer: Fields, known: string[], at: Path): FieldError[] {
  const selectors = ['podSelector', 'namespaceSelector'].filter((name) => isFields(peer[name]));
  const { ipBlock } = peer;
  const errors = selectors.flatMap((name) => validateLabelSelector(struct(peer, name), at.child(name)));
  if (!isFields(ipBlock)) return selectors.length === 0 ? [required(at, 'must specify a peer')] : errors;
  errors.push(...validateIPBlock(ipBlock, known, at.child('ipBlock')));
  return selectors.length > 0 ? [...errors, forbidden(at, 'may not specify both ipBlock and another peer')] : errors;
}

const directions = [['ingress', 'from'], ['egress', 'to']] as const;

function validateRules(spec: Fields, known: string[]): FieldError[] {
  return directions.flatMap(([direction, peers]) => eachSliceVal(structs(spec, direction), path.child(direction), (rule, at) => [
    ...eachSliceVal(structs(rule, 'ports'), at.child('ports'), validatePort),
    ...eachSliceVal(structs(rule, peers), at.child(peers), (peer, at) => validatePeer(peer, known, at)),
  ]));
}

const rangesOf = (spec: Fields) => directions.flatMap(([direction, peers]) => structs(spec, direction).flatMap((rule) => structs(rule, peers)).flatMap(({ ipBlock }) => (isFields(ipBlock) ? [text(ipBlock, 'cidr'), ...strings(ipBlock, 'except')] : [])));

function validatePolicyTypes(types: string[], at: Path): FieldError[] {
  const allowed = ['Ingress', 'Egress'];
  if (types.length > allowed.length) return [invalid(at, types, 'may not specify more than two policyTypes')];
  return eachSliceVal(types, at, (type, own) => (allowed.includes(type) ? [] : [notSupported(own, type, allowed)]));
}

function validateSpec(spec: Fields, known: string[]): FieldError[] {
  return [
    ...validateLabelSelector(struct(spec, 'podSelector'), path.child('podSelector')),
    ...validateRules(spec, known),
    ...validatePolicyTypes(strings(spec, 'policyTypes'), path.child('policyTypes')),
  ];
}

export const networkPolicy = newKind({
  namespaced: true,
  nameFn: nameIsDNSSubdomain,
  validate: (obj, old) => validateSpec(struct(obj, 'spec'), old ? rangesOf(struct(old, 'spec')) : []),
});
