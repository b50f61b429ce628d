/**
 * Admission policies that mutate.
 *
 * Upstream: validateMutatingAdmissionPolicySpec of pkg/apis/admissionregistration/validation/validation.go.
 */
import { isFields, lookup, struct, structs, text } from '../../access.ts';
import type { Fields } from '../../access.ts';
import { invalid, notSupported, required } from '../../field.ts';
import type { FieldError, Path } from '../../field.ts';
import type { KubeObject } from '../../types.ts';
import { eachSliceVal, validateEnum } from '../checks.ts';
import { validateMutatingOperations } from './match-resources.ts';
import { path, validatePolicy } from './policies.ts';

/** By the type of the patch, where it is written. */
const patches: Record<string, string> = { ApplyConfiguration: 'applyConfiguration', JSONPatch: 'jsonPatch' };

function validateMutation(mutation: Fields, at: Path): FieldError[] {
  const type = text(mutation, 'patchType');
  const own = lookup(patches, type);
  if (type === '') return [required(at.child('patchType'))];
  if (own === undefined) return [notSupported(at.child('patchType'), type, Object.keys(patches))];
  const other = own === 'jsonPatch' ? 'applyConfiguration' : 'jsonPatch';
  const blank = text(struct(mutation, own), 'expression').trim() === '' ? [required(at.child(own, 'expression'))] : [];
  return [
    ...(isFields(mutation[own]) ? blank : [required(at.child(own), `must be specified when patchType is ${type}`)]),
    ...(isFields(mutation[other]) ? [invalid(at.child(other), `{${other}}`, `must not be specified when patchType is ${type}`)] : []),
  ];
}

export function validateMutatingPolicy(obj: KubeObject): FieldError[] {
  const spec = struct(obj, 'spec');
  const [mutations, at] = [structs(spec, 'mutations'), path.child('mutations')];
  return [
    ...validatePolicy(spec, validateMutatingOperations),
    ...(mutations.length === 0 ? [required(at, 'mutations must contain at least one item')] : []),
    ...eachSliceVal(mutations, at, validateMutation),
    ...validateEnum(text(spec, 'reinvocationPolicy'), ['IfNeeded', 'Never'], path.child('reinvocationPolicy')),
  ];
}
