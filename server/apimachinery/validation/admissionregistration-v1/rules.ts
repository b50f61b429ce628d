/**
 * Which requests webhooks and policies are about.
 *
 * Upstream: validateRuleWithOperations, validateResources, validateMatchConditions of
 * pkg/apis/admissionregistration/validation/validation.go. Leaves out whether expressions compile.
 */
import { strings, structs, text } from '../../access.ts';
import type { Fields } from '../../access.ts';
import { duplicate, invalid, notSupported, required, tooMany } from '../../field.ts';
import type { FieldError, Path } from '../../field.ts';
import { eachSliceVal, validateQualifiedName } from '../checks.ts';

function validateResources(resources: string[], path: Path): FieldError[] {
  const errors: FieldError[] = resources.length === 0 ? [required(path)] : [];
  const [allSubresources, ofAllResources] = [new Set<string>(), new Set<string>()];
  let plain = false;
  resources.forEach((resource, i) => {
    if (resource === '') errors.push(required(path.index(i)));
    const slash = resource.indexOf('/');
    if (slash < 0) {
      if (resource !== '') plain = resource !== '*';
      return;
    }
    const [name, sub] = [resource.slice(0, slash), resource.slice(slash + 1)];
    if (allSubresources.has(name)) errors.push(invalid(path.index(i), resource, `if '${name}/*' is present, must not specify ${resource}`));
    if (ofAllResources.has(sub)) errors.push(invalid(path.index(i), resource, `if '*/${sub}' is present, must not specify ${resource}`));
    if (sub === '*') allSubresources.add(name);
    if (name === '*') ofAllResources.add(sub);
  });
  if (resources.length > 1 && resources.includes('*/*')) errors.push(invalid(path, resources, "if '*/*' is present, must not specify other resources"));
  return resources.includes('*') && plain ? [...errors, invalid(path, resources, "if '*' is present, must not specify other resources without subresources")] : errors;
}

/** A list that must say something, and nothing beside a wildcard. */
function validateList(rule: Fields, name: string, what: string, path: Path): FieldError[] {
  const values = strings(rule, name);
  if (values.length === 0) return [required(path.child(name))];
  return values.length > 1 && values.includes('*') ? [invalid(path.child(name), values, `if '*' is present, must not specify other ${what}`)] : [];
}

const operations = ['*', 'CONNECT', 'CREATE', 'DELETE', 'UPDATE'];
const scopes = ['*', 'Cluster', 'Namespaced'];

export function validateRuleWithOperations(rule: Fields, path: Path): FieldError[] {
  const { scope } = rule;
  return [
    ...validateList(rule, 'operations', 'operations', path),
    ...eachSliceVal(strings(rule, 'operations'), path.child('operations'), (operation, at) => (operations.includes(operation) ? [] : [notSupported(at, operation, operations)])),
    ...validateList(rule, 'apiGroups', 'API groups', path),
    ...validateList(rule, 'apiVersions', 'API versions', path),
    ...eachSliceVal(strings(rule, 'apiVersions'), path.child('apiVersions'), (version, at) => (version === '' ? [required(at)] : [])),
    ...validateResources(strings(rule, 'resources'), path.child('resources')),
    ...(scope === undefined || scopes.includes(String(scope)) ? [] : [notSupported(path.child('scope'), scope, scopes)]),
  ];
}

const maxMatchConditions = 64;

export function validateMatchConditions(conditions: Fields[], path: Path): FieldError[] {
  const names = new Set<string>();
  const many = conditions.length > maxMatchConditions ? [tooMany(path, conditions.length, maxMatchConditions)] : [];
  return [...many, ...eachSliceVal(conditions, path, (condition, at) => {
    const name = text(condition, 'name');
    const errors = text(condition, 'expression').trim() === '' ? [required(at.child('expression'))] : [];
    if (name === '') return [...errors, required(at.child('name'))];
    errors.push(...validateQualifiedName(name, at.child('name')));
    if (names.has(name)) errors.push(duplicate(at.child('name'), name));
    names.add(name);
    return errors;
  })];
}

export const rulesOf = (obj: Fields, name: string, path: Path) => eachSliceVal(structs(obj, name), path.child(name), validateRuleWithOperations);
