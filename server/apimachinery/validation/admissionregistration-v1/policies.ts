/**
 * Admission policies that validate.
 *
 * Upstream: validateValidatingAdmissionPolicySpec of
 * pkg/apis/admissionregistration/validation/validation.go. Leaves out whether expressions compile.
 */
import { isFields, strings, struct, structs, text } from '../../access.ts';
import type { Fields } from '../../access.ts';
import { duplicate, invalid, newPath, notSupported, required } from '../../field.ts';
import type { FieldError, Path } from '../../field.ts';
import { isDNS1035Label, isDNS1123Subdomain, isPathSegmentName } from '../../names.ts';
import type { KubeObject } from '../../types.ts';
import { Names, check } from '../checks.ts';
import { validateLabelSelector } from '../labels.ts';
import { newKind } from '../new-kind.ts';
import { nameIsDNSSubdomain } from '../object-names.ts';
import { validateMatchConditions, validateRuleWithOperations } from './rules.ts';

const path = newPath('spec');
const matchPolicies = ['Equivalent', 'Exact'];

function validateParamKind(kind: unknown, at: Path): FieldError[] {
  if (!isFields(kind)) return [];
  const [apiVersion, name] = [text(kind, 'apiVersion'), text(kind, 'kind')];
  const [group = '', version = group] = apiVersion.split('/');
  const kindErrors = isDNS1035Label(name.toLowerCase());
  const errors: FieldError[] = [];
  if (apiVersion === '') errors.push(required(at.child('apiVersion')));
  else if (apiVersion.includes('/') && isDNS1123Subdomain(group).length > 0) errors.push(invalid(at.child('apiVersion'), group, isDNS1123Subdomain(group).join(',')));
  if (apiVersion !== '' && isDNS1035Label(version).length > 0) errors.push(invalid(at.child('apiVersion'), version, isDNS1035Label(version).join(',')));
  if (name === '') return [...errors, required(at.child('kind'))];
  return kindErrors.length > 0 ? [...errors, invalid(at.child('kind'), name, `may have mixed case, but should otherwise match: ${kindErrors.join(',')}`)] : errors;
}

function validateNamedRule(rule: Fields, at: Path): FieldError[] {
  const names = strings(rule, 'resourceNames');
  return [
    ...names.flatMap((name, i) => [
      ...check(isPathSegmentName(name), name, at.child('resourceNames').index(i)),
      ...(names.indexOf(name) < i ? [duplicate(at.child('resourceNames').index(i), name)] : []),
    ]),
    ...validateRuleWithOperations(rule, at),
  ];
}

export function validateMatchResources(match: Fields, at: Path): FieldError[] {
  const { matchPolicy } = match;
  const policy = matchPolicies.includes(String(matchPolicy)) ? [] : [notSupported(at.child('matchPolicy'), matchPolicy, matchPolicies)];
  return [
    ...(matchPolicy === undefined ? [required(at.child('matchPolicy'))] : policy),
    ...['namespaceSelector', 'objectSelector'].flatMap((name) => (isFields(match[name]) ? validateLabelSelector(struct(match, name), at.child(name)) : [required(at.child(name))])),
    ...['resourceRules', 'excludeResourceRules'].flatMap((name) => structs(match, name).flatMap((rule, i) => validateNamedRule(rule, at.child(name).index(i)))),
  ];
}

function validateMatchConstraints(spec: Fields): FieldError[] {
  const at = path.child('matchConstraints');
  const match = spec['matchConstraints'];
  if (!isFields(match)) return [required(at)];
  return [...validateMatchResources(match, at), ...(structs(match, 'resourceRules').length === 0 ? [required(at.child('resourceRules'))] : [])];
}

function validateVariables(spec: Fields): FieldError[] {
  return structs(spec, 'variables').flatMap((variable, i) => {
    const at = path.child('variables').index(i);
    const name = text(variable, 'name');
    const named = /^[_a-zA-Z][_a-zA-Z0-9]*$/.test(name) ? [] : [invalid(at.child('name'), name, 'must be a valid CEL identifier')];
    return [
      ...(name.trim() === '' ? [required(at.child('name'), 'name is not specified')] : named),
      ...(text(variable, 'expression').trim() === '' ? [required(at.child('expression'), 'expression is not specified')] : []),
    ];
  });
}

const reasons = ['Forbidden', 'Invalid', 'RequestEntityTooLarge'];

function validateValidation(validation: Fields, at: Path): FieldError[] {
  const [expression, message, messageExpression] = [text(validation, 'expression').trim(), text(validation, 'message'), text(validation, 'messageExpression')];
  const { reason } = validation;
  const errors = expression === '' ? [required(at.child('expression'), 'expression is not specified')] : [];
  if (messageExpression !== '' && messageExpression.trim() === '') errors.push(invalid(at.child('messageExpression'), messageExpression, 'must be non-empty if specified'));
  if (message !== '' && message.trim() === '') errors.push(invalid(at.child('message'), message, 'must be non-empty if specified'));
  else if (/[\r\n]/.test(message.trim())) errors.push(invalid(at.child('message'), message, 'must not contain line breaks'));
  else if (/[\r\n]/.test(expression) && message === '') errors.push(required(at.child('message'), 'message must be specified if expression contains line breaks'));
  return reason === undefined || reasons.includes(String(reason)) ? errors : [...errors, notSupported(at.child('reason'), reason, reasons)];
}

function validateFailurePolicy(policy: unknown): FieldError[] {
  if (policy === undefined) return [required(path.child('failurePolicy'))];
  return ['Fail', 'Ignore'].includes(String(policy)) ? [] : [notSupported(path.child('failurePolicy'), policy, ['Fail', 'Ignore'])];
}

function validateAuditAnnotations(annotations: Fields[]): FieldError[] {
  const keys = new Names();
  return annotations.flatMap((annotation, i) => {
    const at = path.child('auditAnnotations').index(i).child('key');
    const key = text(annotation, 'key');
    return [...(key === '' ? [required(at)] : []), ...(keys.repeats(key) ? [duplicate(at, key)] : [])];
  });
}

function validateValidatingPolicy(obj: KubeObject): FieldError[] {
  const spec = struct(obj, 'spec');
  const [validations, annotations] = [structs(spec, 'validations'), structs(spec, 'auditAnnotations')];
  const none = validations.length + annotations.length === 0 ? ['validations', 'auditAnnotations'] : [];
  return [
    ...validateFailurePolicy(spec['failurePolicy']),
    ...validateParamKind(spec['paramKind'], path.child('paramKind')),
    ...validateMatchConstraints(spec),
    ...validateMatchConditions(structs(spec, 'matchConditions'), path.child('matchConditions')),
    ...validateVariables(spec),
    ...none.map((name) => required(path.child(name), 'validations or auditAnnotations must contain at least one item')),
    ...validations.flatMap((validation, i) => validateValidation(validation, path.child('validations').index(i))),
    ...validateAuditAnnotations(annotations),
  ];
}

export const validatingAdmissionPolicy = newKind({ namespaced: false, nameFn: nameIsDNSSubdomain, validate: validateValidatingPolicy });
