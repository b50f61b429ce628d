/**
 * Which server serves a version of a group.
 *
 * Upstream: k8s.io/kube-aggregator/pkg/apis/apiregistration/validation/validation.go.
 */
import { int, isFields, struct, structs, text } from '../access.ts';
import type { Fields } from '../access.ts';
import { invalid, newPath, notSupported, required } from '../field.ts';
import type { FieldError, Path } from '../field.ts';
import { isDNS1035Label, isDNS1123Subdomain, isPathSegmentName, isValidPortNum } from '../names.ts';
import { quote } from '../quote.ts';
import type { KubeObject } from '../types.ts';
import { check, eachSliceVal, requireText } from './checks.ts';
import type { KindValidation } from './kind-validation.ts';
import { metadata } from './new-kind.ts';
import { validateObjectMeta, validateObjectMetaUpdate } from './object-meta.ts';

const path = newPath('spec');

/** Named after what it is about. */
function nameFn(required: string): (name: string) => string[] {
  return (name) => {
    const reasons = isPathSegmentName(name);
    return reasons.length > 0 || name === required ? reasons : [`must be \`spec.version+"."+spec.group\`: ${quote(required)}`];
  };
}

function validatePriority(spec: Fields, name: string, max: number): FieldError[] {
  const priority = int(spec, name) ?? 0;
  return priority > 0 && priority <= max ? [] : [invalid(path.child(name), priority, `must be positive and less than ${max}`)];
}

function validateService(service: Fields, at: Path): FieldError[] {
  const port = int(service, 'port') ?? 0;
  const reasons = isValidPortNum(port);
  return [...['namespace', 'name'].flatMap((name) => requireText(service, name, at)), ...(reasons.length > 0 ? [invalid(at.child('port'), port, `port is not valid: ${reasons.join(', ')}`)] : [])];
}

function validateTrust({ service, insecureSkipTLSVerify: insecure, ...spec }: Fields): FieldError[] {
  const bundle = text(spec, 'caBundle');
  if (isFields(service)) return insecure === true && bundle !== '' ? [invalid(path.child('insecureSkipTLSVerify'), true, 'may not be true if caBundle is present')] : [];
  return [
    ...(bundle === '' ? [] : [invalid(path.child('caBundle'), `${atob(bundle).length} bytes`, 'local APIServices may not have a caBundle')]),
    ...(insecure === true ? [invalid(path.child('insecureSkipTLSVerify'), true, 'local APIServices may not have insecureSkipTLSVerify')] : []),
  ];
}

function validate(obj: KubeObject): FieldError[] {
  const spec = struct(obj, 'spec');
  const [group, version] = [text(spec, 'group'), text(spec, 'version')];
  return [
    ...validateObjectMeta(obj.metadata, { namespaced: false, nameFn: nameFn(`${version}.${group}`) }, metadata),
    ...(group === '' && version !== 'v1' ? [required(path.child('group'), 'only v1 may have an empty group and it better be legacy kube')] : []),
    ...(group === '' ? [] : check(isDNS1123Subdomain(group), group, path.child('group'))),
    ...check(isDNS1035Label(version), version, path.child('version')),
    ...validatePriority(spec, 'groupPriorityMinimum', 20_000),
    ...validatePriority(spec, 'versionPriority', 1000),
    ...(isFields(spec['service']) ? validateService(struct(spec, 'service'), path.child('service')) : []),
    ...validateTrust(spec),
  ];
}

const statuses = ['True', 'False', 'Unknown'];

function validateStatus(obj: KubeObject): FieldError[] {
  return eachSliceVal(structs(struct(obj, 'status'), 'conditions'), newPath('status', 'conditions'), (condition, at) =>
    statuses.includes(text(condition, 'status')) ? [] : [notSupported(at.child('status'), text(condition, 'status'), statuses)]);
}

const updating = (own: (obj: KubeObject) => FieldError[]) => (obj: KubeObject, old: KubeObject) => [...validateObjectMetaUpdate(obj.metadata, old.metadata, metadata), ...own(obj)];

export const apiregistrationV1: Record<string, KindValidation> = {
  APIService: { validate, validateUpdate: updating(validate), subresources: { status: updating(validateStatus) } },
};
