/**
 * Profiles of seccomp and AppArmor, in fields and in the annotations that came before them.
 *
 * Upstream: validateSeccompProfileField, ValidateAppArmorProfileField, ValidateSeccompPodAnnotations,
 * ValidateAppArmorPodAnnotations, validateSeccompAnnotationsAndFields, validateAppArmorAnnotationsAndFieldsMatchOnCreate
 * of pkg/apis/core/validation/validation.go.
 */
import { isFields, lookup, struct, text } from '../../access.ts';
import type { Fields } from '../../access.ts';
import { forbidden, invalid, notSupported, required, tooLong } from '../../field.ts';
import type { FieldError, Path } from '../../field.ts';
import { byteLength } from '../../names.ts';
import { quote } from '../../quote.ts';
import { validateLocalDescendingPath } from './paths.ts';
import { containersOf } from './visit.ts';

const types = ['Localhost', 'RuntimeDefault', 'Unconfined'];

function validateType(type: string, what: string, at: Path): FieldError[] {
  if (type === '') return [required(at, `type is required when ${what} is set`)];
  return types.includes(type) ? [] : [notSupported(at, type, types)];
}

export function validateSeccompProfile(profile: unknown, path: Path): FieldError[] {
  if (!isFields(profile)) return [];
  const [type, local, at] = [text(profile, 'type'), profile['localhostProfile'], path.child('localhostProfile')];
  const errors = validateType(type, 'seccompProfile', path.child('type'));
  if (type !== 'Localhost') return local === undefined ? errors : [...errors, invalid(at, { Type: type, LocalhostProfile: local }, 'can only be set when seccomp type is Localhost')];
  return [...errors, ...(typeof local === 'string' ? validateLocalDescendingPath(local, at) : [required(at, 'must be set when seccomp type is Localhost')])];
}

export function validateAppArmorProfile(profile: unknown, path: Path): FieldError[] {
  if (!isFields(profile)) return [];
  const [type, local, at] = [text(profile, 'type'), profile['localhostProfile'], path.child('localhostProfile')];
  const missing = required(at, 'must be set when AppArmor type is Localhost');
  if (!types.includes(type)) return validateType(type, 'appArmorProfile', path.child('type'));
  if (type !== 'Localhost') return local === undefined ? [] : [invalid(at, local, 'can only be set when AppArmor type is Localhost')];
  if (typeof local !== 'string') return [missing];
  const padded = local.trim() !== local ? [invalid(at, local, 'must not be padded with whitespace')] : local === '' ? [missing] : [];
  return byteLength(local) > 4095 ? [...padded, tooLong(at, 4095)] : padded;
}

type Annotations = Readonly<Record<string, string>>;

const seccompPod = 'seccomp.security.alpha.kubernetes.io/pod';
const seccompContainer = 'container.seccomp.security.alpha.kubernetes.io/';
export const appArmorContainer = 'container.apparmor.security.beta.kubernetes.io/';

function validateSeccompName(profile: string, at: Path): FieldError[] {
  if (['runtime/default', 'docker/default', 'unconfined'].includes(profile)) return [];
  return profile.startsWith('localhost/') ? validateLocalDescendingPath(profile.slice('localhost/'.length), at) : [invalid(at, profile, 'must be a valid seccomp profile')];
}

function validateAppArmorAnnotation(key: string, profile: string, names: string[], at: Path): FieldError[] {
  const container = key.slice(appArmorContainer.length);
  const known = ['', 'runtime/default', 'unconfined'].includes(profile) || profile.startsWith('localhost/');
  return [
    ...(names.includes(container) ? [] : [invalid(at, container, 'container not found')]),
    ...(known ? [] : [invalid(at, profile, `invalid AppArmor profile name: ${quote(profile)}`)]),
  ];
}

const nameProfiles = (annotations: Annotations) => Object.keys(annotations).some((key) => key === seccompPod || key.startsWith(seccompContainer) || key.startsWith(appArmorContainer));

export function validateProfileAnnotations(annotations: Annotations, spec: Fields, path: Path): FieldError[] {
  if (!nameProfiles(annotations)) return [];
  const all = Object.entries(annotations);
  const names = containersOf(spec, path).map(([container]) => text(container, 'name'));
  return [
    ...(annotations[seccompPod] === undefined ? [] : validateSeccompName(annotations[seccompPod], path.child(seccompPod))),
    ...all.flatMap(([key, profile]) => (key.startsWith(seccompContainer) ? validateSeccompName(profile, path.child(key)) : [])),
    ...all.flatMap(([key, profile]) => (key.startsWith(appArmorContainer) ? validateAppArmorAnnotation(key, profile, names, path.key(key)) : [])),
  ];
}

const values: Record<string, string[]> = { Unconfined: ['unconfined'], RuntimeDefault: ['runtime/default', 'docker/default'] };

/** `what` as the messages call it. */
function validateMatch(annotation: string | undefined, profile: unknown, what: string, path: Path): FieldError[] {
  if (annotation === undefined || !isFields(profile)) return [];
  const type = text(profile, 'type');
  const same = type === 'Localhost' ? annotation.startsWith('localhost/') : lookup(values, type)?.filter((value) => what === 'seccomp' || value !== 'docker/default').includes(annotation) ?? true;
  if (!same) return [forbidden(path.child('type'), `${what} type in annotation and field must match`)];
  const local = type === 'Localhost' && annotation.slice('localhost/'.length) !== profile['localhostProfile'];
  return local ? [forbidden(path.child('localhostProfile'), `${what} profile in annotation and field must match`)] : [];
}

/** Where both ways of saying it are used, they say the same. */
export function validateProfilesMatch(annotations: Annotations, spec: Fields, path: Path): FieldError[] {
  if (!nameProfiles(annotations)) return [];
  const pod = struct(spec, 'securityContext');
  const containers = containersOf(spec, path).map(([container, at]) => ({ name: text(container, 'name'), sc: struct(container, 'securityContext'), at: at.child('securityContext') }));
  const windows = text(struct(spec, 'os'), 'name') === 'windows';
  return [
    ...validateMatch(annotations[seccompPod], pod['seccompProfile'], 'seccomp', path.child('securityContext', 'seccompProfile')),
    ...containers.flatMap(({ name, sc, at }) => validateMatch(annotations[seccompContainer + name], sc['seccompProfile'], 'seccomp', at.child('seccompProfile'))),
    ...(windows ? [] : containers.flatMap(({ name, sc, at }) => validateMatch(annotations[appArmorContainer + name], sc['appArmorProfile'] ?? pod['appArmorProfile'], 'apparmor', at.child('appArmorProfile')))),
  ];
}
