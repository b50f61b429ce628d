/**
 * Security contexts of pods and containers.
 *
 * Upstream: validatePodSpecSecurityContext, ValidateSecurityContext, validateHostUsers of
 * pkg/apis/core/validation/validation.go. Privileged containers are allowed, as clusters run the server.
 */
import { int, isFields, strings, structs, text } from '../../access.ts';
import type { Fields } from '../../access.ts';
import { duplicate, forbidden, invalid, notSupported, required } from '../../field.ts';
import type { FieldError, Path } from '../../field.ts';
import { isInRange } from '../../names.ts';
import { check, eachSliceVal } from '../checks.ts';
import { printInternal } from '../internal/print.ts';
import { validateAppArmorProfile, validateSeccompProfile } from './profiles.ts';
import type { Container } from './visit.ts';
import { validateWindowsOptions } from './windows.ts';

const maxID = 2 ** 31 - 1;

function validateIDs(sc: Fields, names: string[], path: Path): FieldError[] {
  return names.flatMap((name) => {
    const id = int(sc, name);
    return id === undefined ? [] : check(isInRange(id, 0, maxID), id, path.child(name));
  });
}

const sysctlSegment = '[a-z0-9]([-_a-z0-9]*[a-z0-9])?';
const sysctlFormat = `^(${sysctlSegment}[\\./])*${sysctlSegment}$`;
const sysctlRegexp = new RegExp(`^(?:${sysctlSegment}[./])*${sysctlSegment}$`);

/** Sysctls that belong to a namespace of the kernel: whole names, and beginnings of names. */
const ipc = /^(?:kernel\.(?:sem|shm.*|msg.*)|fs\.mqueue\..*)$/;

/** Names may be written with slashes, and then dots and slashes change places. */
const withDots = (name: string) => (/^[^.]*\//.test(name) ? name.replace(/[./]/g, (c) => (c === '.' ? '/' : '.')) : name);

function validateHostSysctl(name: string, spec: Fields, at: Path): FieldError[] {
  const dotted = withDots(name);
  if (spec['hostNetwork'] === true && dotted.startsWith('net.')) return [invalid(at, name, "may not be specified when 'hostNetwork' is true")];
  return spec['hostIPC'] === true && ipc.test(dotted) ? [invalid(at, name, "may not be specified when 'hostIPC' is true")] : [];
}

function validateSysctls(sc: Fields, spec: Fields, path: Path): FieldError[] {
  const seen = new Set<string>();
  return structs(sc, 'sysctls').flatMap((sysctl, i) => {
    const at = path.child('sysctls').index(i).child('name');
    const name = text(sysctl, 'name');
    const errors: FieldError[] = [];
    if (name === '') errors.push(required(at));
    else if (name.length > 253 || !sysctlRegexp.test(name)) errors.push(invalid(at, name, `must have at most 253 characters and match regex ${sysctlFormat}`));
    else if (seen.has(name)) errors.push(duplicate(at, name));
    seen.add(name);
    return [...errors, ...validateHostSysctl(name, spec, at)];
  });
}

const oneOf = (sc: Fields, name: string, supported: string[], path: Path) => (sc[name] === undefined || supported.includes(text(sc, name)) ? [] : [notSupported(path.child(name), sc[name], supported)]);

export function validatePodSecurityContext(sc: Fields, spec: Fields, path: Path): FieldError[] {
  const groups = Array.isArray(sc['supplementalGroups']) ? sc['supplementalGroups'] : [];
  const shares = spec['shareProcessNamespace'] === true && spec['hostPID'] === true;
  return [
    ...validateIDs(sc, ['fsGroup', 'runAsUser', 'runAsGroup'], path),
    ...eachSliceVal(groups, path.child('supplementalGroups'), (id, at) => (typeof id === 'number' ? check(isInRange(id, 0, maxID), id, at) : [])),
    ...(shares ? [invalid(path.child('shareProcessNamespace'), true, 'ShareProcessNamespace and HostPID cannot both be enabled')] : []),
    ...validateSysctls(sc, spec, path),
    ...oneOf(sc, 'fsGroupChangePolicy', ['Always', 'OnRootMismatch'], path),
    ...validateSeccompProfile(sc['seccompProfile'], path.child('seccompProfile')),
    ...validateWindowsOptions(sc, path),
    ...validateAppArmorProfile(sc['appArmorProfile'], path.child('appArmorProfile')),
    ...oneOf(sc, 'supplementalGroupsPolicy', ['Merge', 'Strict'], path),
    ...oneOf(sc, 'seLinuxChangePolicy', ['MountOption', 'Recursive'], path),
  ];
}

/** Users of its own need namespaces of its own. */
export function validateHostUsers(spec: Fields, containers: Container[], path: Path): FieldError[] {
  if (spec['hostUsers'] !== false) return [];
  const shared = [['hostNetwork', 'hostNetwork'], ['hostPID', 'HostPID'], ['hostIPC', 'HostIPC']] as const;
  const devices = containers.flatMap(([container, at]) => (structs(container, 'volumeDevices').length > 0 ? [at.child('volumeDevices')] : []));
  return [...shared.filter(([field]) => spec[field] === true).map(([, name]) => path.child(name)), ...devices].map((at) => forbidden(at, 'when `hostUsers` is false'));
}

export function validateSecurityContext(sc: unknown, hostUsers: boolean, path: Path): FieldError[] {
  if (!isFields(sc)) return [];
  const errors = validateIDs(sc, ['runAsUser', 'runAsGroup'], path);
  const procMount = sc['procMount'];
  if (procMount !== undefined && procMount !== 'Default' && procMount !== 'Unmasked') errors.push(notSupported(path.child('procMount'), procMount, ['Default', 'Unmasked']));
  if (hostUsers && procMount === 'Unmasked') errors.push(invalid(path.child('procMount'), procMount, '`hostUsers` must be false to use `Unmasked`'));
  errors.push(...validateSeccompProfile(sc['seccompProfile'], path.child('seccompProfile')));
  const added = isFields(sc['capabilities']) ? strings(sc['capabilities'], 'add') : [];
  const raised = sc['allowPrivilegeEscalation'] === false ? [...(sc['privileged'] === true ? ['`privileged` to true'] : []), ...added.filter((cap) => cap === 'CAP_SYS_ADMIN').map((cap) => `\`capabilities.Add\` ${cap}`)] : [];
  errors.push(...raised.map((what) => invalid(path, printInternal('SecurityContext', sc), `cannot set \`allowPrivilegeEscalation\` to false and ${what}`)));
  return [...errors, ...validateWindowsOptions(sc, path), ...validateAppArmorProfile(sc['appArmorProfile'], path.child('appArmorProfile'))];
}
