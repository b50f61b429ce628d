/**
 * Admission policies that validate, and what they share with those that mutate.
 *
 * Upstream: validateValidatingAdmissionPolicySpec of pkg/apis/admissionregistration/validation/validation.go. Leaves
 * out the paths in the status.
 */
import { isFields, struct, structs, text } from '../../access.ts';
import type { Fields } from '../../access.ts';
import { duplicate, invalid, newPath, notSupported, required } from '../../field.ts';
import type { FieldError, Path } from '../../field.ts';
import { byteLength, isDNS1035Label, isDNS1123Subdomain } from '../../names.ts';
import type { KubeObject } from '../../types.ts';
import { eachSliceVal, requireText, validateQualifiedName } from '../checks.ts';
import { validateConditions } from '../conditions.ts';
import { validateChoice, validateMatchResources } from './match-resources.ts';
import { validateMatchConditions } from './rules.ts';

export const path = newPath('spec');

function validateAPIVersion(apiVersion: string, at: Path): FieldError[] {
  if (apiVersion === '') return [required(at)];
  const parts = apiVersion.split('/');
  if (parts.length > 2) return [invalid(at, apiVersion, `unexpected GroupVersion string: ${apiVersion}`)];
  const [version = '', group = ''] = parts.toReversed();
  const [badGroup, badVersion] = [group === '' ? [] : isDNS1123Subdomain(group), isDNS1035Label(version)];
  const errors = badGroup.length > 0 ? [invalid(at, group, badGroup.join(','))] : [];
  if (version === '') return [...errors, invalid(at, apiVersion, 'version must be specified')];
  return badVersion.length > 0 ? [...errors, invalid(at, version, badVersion.join(','))] : errors;
}

function validateParamKind(kind: unknown, at: Path): FieldError[] {
  if (!isFields(kind)) return [];
  const name = text(kind, 'kind');
  const reasons = isDNS1035Label(name.toLowerCase());
  const malformed = reasons.length > 0 ? [invalid(at.child('kind'), name, `may have mixed case, but should otherwise match: ${reasons.join(',')}`)] : [];
  return [...validateAPIVersion(text(kind, 'apiVersion'), at.child('apiVersion')), ...(name === '' ? [required(at.child('kind'))] : malformed)];
}

function validateMatchConstraints(spec: Fields, more: (match: Fields, at: Path) => FieldError[]): FieldError[] {
  const at = path.child('matchConstraints');
  const match = spec['matchConstraints'];
  if (!isFields(match)) return [required(at)];
  return [...validateMatchResources(match, at), ...(structs(match, 'resourceRules').length === 0 ? [required(at.child('resourceRules'))] : []), ...more(match, at)];
}

const reserved = new Set('true false null in as break const continue else for function if import let loop package namespace return var void while'.split(' '));
const isIdentifier = (name: string) => /^[_a-zA-Z][_a-zA-Z0-9]*$/.test(name) && !reserved.has(name);

function validateVariable(variable: Fields, at: Path): FieldError[] {
  const name = text(variable, 'name');
  const malformed = isIdentifier(name) ? [] : [invalid(at.child('name'), name, 'must be a valid CEL identifier')];
  return [
    ...(name.trim() === '' ? [required(at.child('name'), 'name is not specified')] : malformed),
    ...(text(variable, 'expression').trim() === '' ? [required(at.child('expression'), 'expression is not specified')] : []),
  ];
}

/** `more`: what is asked of the resources that may be changed. */
export function validatePolicy(spec: Fields, more: (match: Fields, at: Path) => FieldError[] = () => []): FieldError[] {
  return [
    ...validateChoice(spec, 'failurePolicy', ['Fail', 'Ignore'], path),
    ...validateParamKind(spec['paramKind'], path.child('paramKind')),
    ...validateMatchConstraints(spec, more),
    ...validateMatchConditions(structs(spec, 'matchConditions'), path.child('matchConditions')),
    ...eachSliceVal(structs(spec, 'variables'), path.child('variables'), validateVariable),
  ];
}

const reasons = ['Forbidden', 'Invalid', 'RequestEntityTooLarge'];

function validateText(value: string, at: Path): FieldError[] {
  return value !== '' && value.trim() === '' ? [invalid(at, value, 'must be non-empty if specified')] : [];
}

function validateValidation(validation: Fields, at: Path): FieldError[] {
  const { reason } = validation;
  const message = text(validation, 'message');
  return [
    ...(text(validation, 'expression').trim() === '' ? [required(at.child('expression'), 'expression is not specified')] : []),
    ...validateText(text(validation, 'messageExpression'), at.child('messageExpression')),
    ...validateText(message, at.child('message')),
    ...(/[\r\n]/.test(message.trim()) ? [invalid(at.child('message'), message, 'must not contain line breaks')] : []),
    ...(reason === undefined || reasons.includes(String(reason)) ? [] : [notSupported(at.child('reason'), reason, reasons)]),
  ];
}

const maxAnnotations = 20;
const maxValueExpression = 5 * 1024;

function validateAuditAnnotations(policy: string, annotations: Fields[], at: Path): FieldError[] {
  const keys = annotations.map((annotation) => text(annotation, 'key'));
  const printed = annotations.map((a) => ({ Key: text(a, 'key'), ValueExpression: text(a, 'valueExpression') }));
  return [
    ...(annotations.length > maxAnnotations ? [invalid(at, printed, `must not have more than ${maxAnnotations} auditAnnotations`)] : []),
    ...annotations.flatMap((annotation, i) => {
      const [key, value] = [keys[i] ?? '', text(annotation, 'valueExpression').trim()];
      const long = byteLength(value) > maxValueExpression ? [required(at.index(i).child('valueExpression'), `must not exceed ${maxValueExpression} bytes in length`)] : [];
      return [
        ...(policy === '' ? [invalid(at.index(i).child('key'), key, 'requires metadata.name be non-empty')] : validateQualifiedName(`${policy}/${key}`, at.index(i).child('key'))),
        ...(value === '' ? [required(at.index(i).child('valueExpression'), 'valueExpression is not specified')] : long),
        ...(keys.indexOf(key) < i ? [duplicate(at.index(i).child('key'), key)] : []),
      ];
    }),
  ];
}

export function validateValidatingPolicy(obj: KubeObject): FieldError[] {
  const spec = struct(obj, 'spec');
  const [validations, annotations] = [structs(spec, 'validations'), structs(spec, 'auditAnnotations')];
  const none = validations.length + annotations.length === 0 ? ['validations', 'auditAnnotations'] : [];
  return [
    ...validatePolicy(spec),
    ...none.map((name) => required(path.child(name), 'validations or auditAnnotations must contain at least one item')),
    ...eachSliceVal(validations, path.child('validations'), validateValidation),
    ...validateAuditAnnotations(obj.metadata.name ?? '', annotations, path.child('auditAnnotations')),
  ];
}

export function validatePolicyStatus(obj: KubeObject): FieldError[] {
  const [status, at] = [struct(obj, 'status'), newPath('status')];
  const warnings = eachSliceVal(structs(struct(status, 'typeChecking'), 'expressionWarnings'), at.child('typeChecking', 'expressionWarnings'), (warning, where) => [...requireText(warning, 'warning', where), ...(text(warning, 'fieldRef').trim() === '' ? [required(where.child('fieldRef'))] : [])]);
  return [...warnings, ...validateConditions(structs(status, 'conditions'), at.child('conditions'))];
}
