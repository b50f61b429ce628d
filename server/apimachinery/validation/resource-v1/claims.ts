/**
 * What a claim asks for: devices, constraints between them, and their configuration.
 *
 * Upstream: validateDeviceClaim of pkg/apis/resource/validation/validation.go.
 */
import { int, isFields, strings, struct, structs, text } from '../../access.ts';
import type { Fields } from '../../access.ts';
import { invalid, notSupported, required } from '../../field.ts';
import type { FieldError, Path } from '../../field.ts';
import { eachSliceVal } from '../checks.ts';
import { label, validateClassName, validateConfiguration, validateFullyQualifiedName, validateSelectors, validateSet, validateSlice, validateToleration } from './shared.ts';

const max = 32;
const maxAlternatives = 8;
const nameOf = (obj: Fields) => text(obj, 'name');

/** Whether a claim has a request of this name, or the alternative of a request. */
export type HasRequest = (name: string) => boolean;

export function requestsOf(claim: Fields): HasRequest {
  const requests = structs(struct(claim, 'devices'), 'requests');
  return (name) => {
    const [first, second] = name.split('/');
    // of requests with the same name the last counts
    const found = requests.findLast((request) => nameOf(request) === first);
    return found !== undefined && (second === undefined || structs(found, 'firstAvailable').some((sub) => nameOf(sub) === second));
  };
}

export function validateRequestRef(name: string, has: HasRequest, at: Path): FieldError[] {
  const unknown = invalid(at, name, "must be the name of a request in the claim or the name of a request and a subrequest separated by '/'");
  const segments = name.split('/');
  if (segments.length > 2) return [unknown];
  return [...segments.flatMap((segment) => label(segment, at)), ...(has(name) ? [] : [unknown])];
}

export const validateRequestRefs = (obj: Fields, has: HasRequest, path: Path) =>
  validateSet(strings(obj, 'requests'), max, (name, at) => validateRequestRef(name, has, at), (name) => name, path.child('requests'));

function validateCount(request: Fields, at: Path): FieldError[] {
  const mode = text(request, 'allocationMode');
  const count = int(request, 'count') ?? 0;
  if (mode === 'All') return count === 0 ? [] : [invalid(at.child('count'), count, `must not be specified when allocationMode is '${mode}'`)];
  if (mode === 'ExactCount') return count > 0 ? [] : [invalid(at.child('count'), count, 'must be greater than zero')];
  return [notSupported(at.child('allocationMode'), mode, ['All', 'ExactCount'])];
}

function validateExactly(request: Fields, at: Path): FieldError[] {
  return [
    ...validateClassName(text(request, 'deviceClassName'), at.child('deviceClassName')),
    ...validateSelectors(request, at),
    ...validateCount(request, at),
    ...eachSliceVal(structs(request, 'tolerations'), at.child('tolerations'), validateToleration),
  ];
}

const needsOne = 'exactly one of `exactly` or `firstAvailable` is required';

function validateRequest(request: Fields, at: Path): FieldError[] {
  const alternatives = structs(request, 'firstAvailable');
  const exactly = isFields(request['exactly']);
  const errors = label(nameOf(request), at.child('name'));
  if (alternatives.length === 0 && !exactly) return [...errors, required(at, needsOne)];
  if (alternatives.length > 0 && exactly) return [...errors, invalid(at, null, `${needsOne}, but multiple fields are set`)];
  if (exactly) return [...errors, ...validateExactly(struct(request, 'exactly'), at.child('exactly'))];
  return [...errors, ...validateSet(alternatives, maxAlternatives, (sub, subAt) => [...label(nameOf(sub), subAt.child('name')), ...validateExactly(sub, subAt)], nameOf, at.child('firstAvailable'))];
}

function validateConstraint(constraint: Fields, has: HasRequest, at: Path): FieldError[] {
  const errors = validateRequestRefs(constraint, has, at);
  const which = ['matchAttribute', 'distinctAttribute'].find((name) => typeof constraint[name] === 'string');
  if (which === undefined) return [...errors, required(at, 'exactly one of "matchAttribute" or "distinctAttribute" is required, but multiple fields are set')];
  return [...errors, ...validateFullyQualifiedName(text(constraint, which), at.child(which))];
}

export function validateClaimSpec(spec: Fields, path: Path): FieldError[] {
  const devices = struct(spec, 'devices');
  const at = path.child('devices');
  const has = requestsOf(spec);
  return [
    ...validateSet(structs(devices, 'requests'), max, validateRequest, nameOf, at.child('requests')),
    ...validateSlice(structs(devices, 'constraints'), max, (constraint, i) => validateConstraint(constraint, has, i), at.child('constraints')),
    ...validateSlice(structs(devices, 'config'), max, (config, i) => [...validateRequestRefs(config, has, i), ...validateConfiguration(config, i)], at.child('config')),
  ];
}
