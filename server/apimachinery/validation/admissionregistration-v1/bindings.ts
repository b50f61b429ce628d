/**
 * Bindings of admission policies.
 *
 * Upstream: validateValidatingAdmissionPolicyBindingSpec, validateMutatingAdmissionPolicyBindingSpec of
 * pkg/apis/admissionregistration/validation/validation.go.
 */
import { isFields, strings, struct, text } from '../../access.ts';
import { duplicate, forbidden, invalid, newPath, notSupported, required } from '../../field.ts';
import type { FieldError, Path } from '../../field.ts';
import { isPathSegmentName } from '../../names.ts';
import type { KubeObject } from '../../types.ts';
import { check, eachSliceVal, validateEnum } from '../checks.ts';
import { validateLabelSelector } from '../labels.ts';
import { nameIsDNSSubdomain } from '../object-names.ts';
import { validateMatchResources, validateMutatingOperations } from './match-resources.ts';

const path = newPath('spec');
const exclusive = 'name and selector are mutually exclusive';

function validateParamRef(ref: unknown, at: Path): FieldError[] {
  if (!isFields(ref)) return [];
  const [name, selector] = [text(ref, 'name'), ref['selector']];
  const both = name !== '' && isFields(selector);
  return [
    ...(name === '' ? [] : check(isPathSegmentName(name), name, at.child('name'))),
    ...(both ? [forbidden(at.child('name'), exclusive)] : []),
    ...(isFields(selector) ? validateLabelSelector(selector, at.child('selector')) : []),
    ...(both ? [forbidden(at.child('selector'), exclusive)] : []),
    ...(name === '' && !isFields(selector) ? [required(at, 'one of name or selector must be specified')] : []),
    ...validateEnum(text(ref, 'parameterNotFoundAction'), ['Deny', 'Allow'], at.child('parameterNotFoundAction')),
  ];
}

const actions = ['Audit', 'Deny', 'Warn'];
const repeats = 'must not contain both Deny and Warn (repeating the same validation failure information in the API response and headers serves no purpose)';

function validateActions(set: string[], at: Path): FieldError[] {
  return [
    ...eachSliceVal(set, at, (action, own, i) => [...(actions.includes(action) ? [] : [notSupported(own, action, actions)]), ...(set.indexOf(action) < i ? [duplicate(own, action)] : [])]),
    ...(set.includes('Deny') && set.includes('Warn') ? [invalid(at, set, repeats)] : []),
    ...(set.length === 0 ? [required(at, 'at least one validation action is required')] : []),
  ];
}

function validateBinding(obj: KubeObject): FieldError[] {
  const spec = struct(obj, 'spec');
  const [name, at] = [text(spec, 'policyName'), path.child('policyName')];
  const match = spec['matchResources'];
  return [
    ...(name === '' ? [required(at)] : check(nameIsDNSSubdomain(name, false), name, at)),
    ...validateParamRef(spec['paramRef'], path.child('paramRef')),
    ...(isFields(match) ? validateMatchResources(match, path.child('matchResources')) : []),
  ];
}

export const validateValidatingBinding = (obj: KubeObject) => [...validateBinding(obj), ...validateActions(strings(struct(obj, 'spec'), 'validationActions'), path.child('validationActions'))];
export const validateMutatingBinding = (obj: KubeObject) => [...validateBinding(obj), ...validateMutatingOperations(struct(struct(obj, 'spec'), 'matchResources'), path.child('matchResources'))];
