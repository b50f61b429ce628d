/**
 * Security contexts of pods and containers.
 *
 * Upstream: validatePodSpecSecurityContext, ValidateSecurityContext of pkg/apis/core/validation/validation.go. Leaves
 * out Windows options and AppArmor profiles.
 */
import { int, isFields, strings, structs, text } from '../../access.ts';
import type { Fields } from '../../access.ts';
import { duplicate, invalid, notSupported, required } from '../../field.ts';
import type { FieldError, Path } from '../../field.ts';
import { isInRange } from '../../names.ts';
import { check } from '../checks.ts';
import { validateLocalDescendingPath } from './volumes.ts';

const maxID = 2 ** 31 - 1;

function validateIDs(sc: Fields, names: string[], path: Path): FieldError[] {
  return names.flatMap((name) => {
    const id = int(sc, name);
    return id === undefined ? [] : check(isInRange(id, 0, maxID), id, path.child(name));
  });
}

function validateSeccompProfile(profile: unknown, path: Path): FieldError[] {
  if (!isFields(profile)) return [];
  const type = text(profile, 'type');
  const known = ['Localhost', 'RuntimeDefault', 'Unconfined'];
  const errors = type === '' ? [required(path.child('type'), 'type is required when seccompProfile is set')] : known.includes(type) ? [] : [notSupported(path.child('type'), type, known)];
  const at = path.child('localhostProfile');
  const local = profile['localhostProfile'];
  if (type === 'Localhost') {
    errors.push(...(typeof local === 'string' ? validateLocalDescendingPath(local, at) : [required(at, 'must be set when seccomp type is Localhost')]));
  } else if (local !== undefined) {
    errors.push(invalid(at, { Type: type, LocalhostProfile: local }, 'can only be set when seccomp type is Localhost'));
  }
  return errors;
}

const sysctlSegment = '[a-z0-9]([-_a-z0-9]*[a-z0-9])?';
const sysctlFormat = `^(${sysctlSegment}[\\./])*${sysctlSegment}$`;
const sysctlRegexp = new RegExp(`^(?:${sysctlSegment}[./])*${sysctlSegment}$`);

function validateSysctls(sc: Fields, path: Path): FieldError[] {
  const seen = new Set<string>();
  return structs(sc, 'sysctls').flatMap((sysctl, i) => {
    const at = path.child('sysctls').index(i).child('name');
    const name = text(sysctl, 'name');
    const errors: FieldError[] = [];
    if (name === '') errors.push(required(at));
    else if (name.length > 253 || !sysctlRegexp.test(name)) errors.push(invalid(at, name, `must have at most 253 characters and match regex ${sysctlFormat}`));
    else if (seen.has(name)) errors.push(duplicate(at, name));
    seen.add(name);
    return errors;
  });
}

export function validatePodSecurityContext(sc: Fields, spec: Fields, path: Path): FieldError[] {
  const groups = Array.isArray(sc['supplementalGroups']) ? sc['supplementalGroups'] : [];
  const shares = spec['shareProcessNamespace'] === true && spec['hostPID'] === true;
  return [
    ...validateIDs(sc, ['fsGroup', 'runAsUser', 'runAsGroup'], path),
    ...groups.flatMap((id, i) => (typeof id === 'number' ? check(isInRange(id, 0, maxID), id, path.child('supplementalGroups').index(i)) : [])),
    ...(shares ? [invalid(path.child('shareProcessNamespace'), true, 'ShareProcessNamespace and HostPID cannot both be enabled')] : []),
    ...validateSysctls(sc, path),
    ...validateSeccompProfile(sc['seccompProfile'], path.child('seccompProfile')),
  ];
}

/** The context as upstream's internal type prints it. */
function printed(sc: Fields): Fields {
  const fields = ['capabilities', 'privileged', 'seLinuxOptions', 'windowsOptions', 'runAsUser', 'runAsGroup', 'runAsNonRoot', 'readOnlyRootFilesystem', 'allowPrivilegeEscalation', 'procMount', 'seccompProfile', 'appArmorProfile'];
  const capital = (name: string) => (name === 'seLinuxOptions' ? 'SELinuxOptions' : name[0]!.toUpperCase() + name.slice(1));
  const { capabilities } = sc;
  const shown = isFields(capabilities) ? { ...sc, capabilities: { Add: capabilities['add'] ?? null, Drop: capabilities['drop'] ?? null } } : sc;
  return Object.fromEntries(fields.map((name) => [capital(name), shown[name] ?? null]));
}

export function validateSecurityContext(sc: unknown, hostUsers: boolean, path: Path): FieldError[] {
  if (!isFields(sc)) return [];
  const errors = validateIDs(sc, ['runAsUser', 'runAsGroup'], path);
  const procMount = text(sc, 'procMount');
  if (procMount !== '' && procMount !== 'Default' && procMount !== 'Unmasked') errors.push(notSupported(path.child('procMount'), procMount, ['Default', 'Unmasked']));
  if (hostUsers && procMount === 'Unmasked') errors.push(invalid(path.child('procMount'), procMount, '`hostUsers` must be false to use `Unmasked`'));
  errors.push(...validateSeccompProfile(sc['seccompProfile'], path.child('seccompProfile')));
  if (sc['allowPrivilegeEscalation'] !== false) return errors;
  if (sc['privileged'] === true) errors.push(invalid(path, printed(sc), 'cannot set `allowPrivilegeEscalation` to false and `privileged` to true'));
  const added = isFields(sc['capabilities']) ? strings(sc['capabilities'], 'add') : [];
  if (added.includes('CAP_SYS_ADMIN')) errors.push(invalid(path, printed(sc), 'cannot set `allowPrivilegeEscalation` to false and `capabilities.Add` CAP_SYS_ADMIN'));
  return errors;
}
