/**
 * Which requests a FlowSchema is about, and where it sends them.
 *
 * Upstream: ValidateFlowSchema of pkg/apis/flowcontrol/validation/validation.go.
 */
import { int, isFields, strings, struct, structs, text } from '../../access.ts';
import type { Fields } from '../../access.ts';
import bootstrap from '../../facts/bootstrap.json' with { type: 'json' };
import { forbidden, invalid, newPath, notSupported, required } from '../../field.ts';
import type { FieldError, Path } from '../../field.ts';
import type { KubeObject } from '../../types.ts';
import { check, eachSliceVal, requireText, semanticEqual } from '../checks.ts';
import { printInternal } from '../internal/print.ts';
import { nameIsDNSLabel, nameIsDNSSubdomain } from '../object-names.ts';
import { mandatorySpec } from './mandatory.ts';

const path = newPath('spec');
const verbs = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'proxy', 'update', 'watch'];

function validateServiceAccount(account: Fields, at: Path): FieldError[] {
  const [name, namespace] = [text(account, 'name'), text(account, 'namespace')];
  return [
    ...(name === '' ? [required(at.child('name'))] : check(name === '*' ? [] : nameIsDNSSubdomain(name, false), name, at.child('name'))),
    ...(namespace === '' ? [required(at.child('namespace'), 'must specify namespace for service account')] : check(nameIsDNSLabel(namespace, false), namespace, at.child('namespace'))),
  ];
}

/** A subject's kinds and their fields, in the order in which upstream looks for those that do not belong. */
const subjects = { ServiceAccount: 'serviceAccount', User: 'user', Group: 'group' };

function validateSubject(subject: Fields, at: Path): FieldError[] {
  const kind = text(subject, 'kind');
  const own = Object.entries(subjects).find(([name]) => name === kind)?.[1];
  if (own === undefined) return [notSupported(at.child('kind'), kind, ['Group', 'ServiceAccount', 'User'])];
  const named = struct(subject, own);
  const checked = kind === 'ServiceAccount' ? validateServiceAccount(named, at.child(own)) : requireText(named, 'name', at.child(own));
  return [
    ...(isFields(subject[own]) ? checked : [required(at.child(own), `${own} is required when subject kind is '${kind}'`)]),
    ...Object.entries(subjects).filter(([, field]) => field !== own && isFields(subject[field])).map(([other, field]) => forbidden(at.child(field), `${field} is forbidden when subject kind is not '${other}'`)),
  ];
}

/** A wildcard stands alone. */
function validateWildcard(rule: Fields, name: string, missing: string, what: string, at: Path): FieldError[] {
  const values = strings(rule, name);
  if (values.length === 0) return missing === '' ? [] : [required(at.child(name), missing)];
  return values.includes('*') && values.length > 1 ? [invalid(at.child(name), values, `if '*' is present, must not specify other ${what}`)] : [];
}

function validateVerbs(rule: Fields, at: Path): FieldError[] {
  const given = strings(rule, 'verbs');
  const unknown = !given.includes('*') && given.some((verb) => !verbs.includes(verb));
  return [...validateWildcard(rule, 'verbs', 'verbs must contain at least one value', 'verbs', at), ...(unknown ? [notSupported(at.child('verbs'), given, verbs)] : [])];
}

function validateNamespaces(rule: Fields, at: Path): FieldError[] {
  const namespaces = strings(rule, 'namespaces');
  const missing = rule['clusterScope'] === true ? '' : 'resource rules that are not cluster scoped must supply at least one namespace';
  const names = namespaces.includes('*') ? [] : namespaces;
  return [
    ...validateWildcard(rule, 'namespaces', missing, 'namespaces', at),
    ...eachSliceVal(names, at.child('namespaces'), (name, at) => nameIsDNSLabel(name, false).map((reason) => invalid(at, name, `each member of this list must be '*' or a DNS-1123 label; ${reason}`))),
  ];
}

function validateResourceRule(rule: Fields, at: Path): FieldError[] {
  return [
    ...validateVerbs(rule, at),
    ...validateWildcard(rule, 'apiGroups', 'resource rules must supply at least one api group', 'api groups', at),
    ...validateWildcard(rule, 'resources', 'resource rules must supply at least one resource', 'resources', at),
    ...validateNamespaces(rule, at),
  ];
}

function whyNoURLPath(path: string): string {
  if (path === '') return 'must not be empty';
  if (path === '/') return '';
  if (!path.startsWith('/')) return 'must start with slash';
  if (path.includes(' ')) return 'must not contain white-space';
  if (path.includes('//')) return 'must not contain double slash';
  return /\*./s.test(path) || (path.endsWith('*') && !path.endsWith('/*')) ? 'wildcard can only do suffix matching' : '';
}

function validateNonResourceRule(rule: Fields, at: Path): FieldError[] {
  const urls = strings(rule, 'nonResourceURLs');
  const paths = urls.includes('*') ? [] : urls;
  return [
    ...validateVerbs(rule, at),
    ...validateWildcard(rule, 'nonResourceURLs', 'nonResourceURLs must contain at least one value', 'non-resource URLs', at),
    ...eachSliceVal(paths, at.child('nonResourceURLs'), (path, at) => check([whyNoURLPath(path)].filter(Boolean), path, at)),
  ];
}

function validateRule(rule: Fields, at: Path): FieldError[] {
  const [subjects, resources, others] = [structs(rule, 'subjects'), structs(rule, 'resourceRules'), structs(rule, 'nonResourceRules')];
  return [
    ...(subjects.length === 0 ? [required(at.child('subjects'), 'subjects must contain at least one value')] : []),
    ...eachSliceVal(subjects, at.child('subjects'), validateSubject),
    ...(resources.length + others.length === 0 ? [required(at, 'at least one of resourceRules and nonResourceRules has to be non-empty')] : []),
    ...eachSliceVal(resources, at.child('resourceRules'), validateResourceRule),
    ...eachSliceVal(others, at.child('nonResourceRules'), validateNonResourceRule),
  ];
}

const maxPrecedence = 10_000;

function validatePrecedence(name: string, precedence: number, at: Path): FieldError[] {
  const bad = (detail: string) => [invalid(at, precedence, detail)];
  if (precedence <= 0) return bad('must be a positive value');
  if (precedence > maxPrecedence) return bad(`must not be greater than ${maxPrecedence}`);
  return precedence === 1 && name !== 'exempt' ? bad("only the schema named 'exempt' may have matchingPrecedence 1") : [];
}

function validateSpec(name: string, spec: Fields): FieldError[] {
  const { distinguisherMethod: method } = spec;
  const level = text(struct(spec, 'priorityLevelConfiguration'), 'name');
  const levelAt = path.child('priorityLevelConfiguration', 'name');
  const methods = ['ByNamespace', 'ByUser'];
  const known = !isFields(method) || methods.includes(text(method, 'type'));
  return [
    ...validatePrecedence(name, int(spec, 'matchingPrecedence') ?? 0, path.child('matchingPrecedence')),
    ...(known ? [] : [notSupported(path.child('distinguisherMethod', 'type'), printInternal('FlowDistinguisherMethod', method), methods)]),
    ...(level === '' ? [required(levelAt, 'must reference a priority level')] : check(nameIsDNSSubdomain(level, false), level, levelAt)),
    ...eachSliceVal(structs(spec, 'rules'), path.child('rules'), validateRule),
  ];
}

export function validateFlowSchema(obj: KubeObject): FieldError[] {
  const { name = '' } = obj.metadata;
  const spec = struct(obj, 'spec');
  const fixed = mandatorySpec(bootstrap.flowschemas, name);
  const errors = validateSpec(name, spec);
  return !fixed || semanticEqual(spec, fixed) ? errors : [...errors, invalid(path, printInternal('FlowSchemaSpec', spec), `spec of '${name}' must equal the fixed value`)];
}
