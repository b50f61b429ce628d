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
import { check } from '../checks.ts';
import { newKind } from '../new-kind.ts';
import { nameIsDNSSubdomain } from '../object-names.ts';
import { validateMatchResources } from './policies.ts';

const path = newPath('spec');

function validateParamRef(ref: unknown, at: Path): FieldError[] {
  if (!isFields(ref)) return [];
  const [name, selector] = [text(ref, 'name'), ref['selector']];
  const action = ref['parameterNotFoundAction'];
  const errors: FieldError[] = name === '' ? [] : check(isPathSegmentName(name), name, at.child('name'));
  if (name !== '' && isFields(selector)) errors.push(...['name', 'selector'].map((f) => forbidden(at.child(f), 'name and selector are mutually exclusive')));
  if (name === '' && !isFields(selector)) errors.push(required(at, 'one of name or selector must be specified'));
  if (action === undefined) return [...errors, required(at.child('parameterNotFoundAction'))];
  return ['Allow', 'Deny'].includes(String(action)) ? errors : [...errors, notSupported(at.child('parameterNotFoundAction'), action, ['Deny', 'Allow'])];
}

const actions = ['Audit', 'Deny', 'Warn'];
const both = 'must not contain both Deny and Warn (repeating the same validation failure information in the API response and headers serves no purpose)';

function validateActions(set: string[], at: Path): FieldError[] {
  if (set.length === 0) return [required(at, 'at least one validation action is required')];
  const errors = set.flatMap((action, i) => {
    if (!actions.includes(action)) return [notSupported(at.index(i), action, actions)];
    return set.indexOf(action) < i ? [duplicate(at.index(i), action)] : [];
  });
  return set.includes('Deny') && set.includes('Warn') ? [...errors, invalid(at, set, both)] : errors;
}

function validateBinding(obj: KubeObject, acts: boolean): FieldError[] {
  const spec = struct(obj, 'spec');
  const name = text(spec, 'policyName');
  const match = spec['matchResources'];
  return [
    ...(name === '' ? [required(path.child('policyName'))] : check(nameIsDNSSubdomain(name, false), name, path.child('policyName'))),
    ...validateParamRef(spec['paramRef'], path.child('paramRef')),
    ...(isFields(match) ? validateMatchResources(match, path.child('matchResources')) : []),
    ...(acts ? validateActions(strings(spec, 'validationActions'), path.child('validationActions')) : []),
  ];
}

const newBinding = (acts: boolean) => newKind({ namespaced: false, nameFn: nameIsDNSSubdomain, validate: (obj) => validateBinding(obj, acts) });

export const validatingAdmissionPolicyBinding = newBinding(true);
export const mutatingAdmissionPolicyBinding = newBinding(false);
