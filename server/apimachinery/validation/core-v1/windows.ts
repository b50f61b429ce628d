/**
 * Pods on Windows, and what each operating system has no use for.
 *
 * Upstream: validateWindowsSecurityContextOptions, validateWindowsHostProcessPod, validateOS, validateLinux,
 * validateWindows of pkg/apis/core/validation/validation.go.
 */
import { isFields, struct, structs, text } from '../../access.ts';
import type { Fields } from '../../access.ts';
import { forbidden, invalid, notSupported, required } from '../../field.ts';
import type { FieldError, Path } from '../../field.ts';
import { byteLength, isDNS1123Subdomain } from '../../names.ts';
import { check } from '../checks.ts';
import type { Container } from './visit.ts';

const netBios = /^[^\\/:*?"<>|.][^\\/:*?"<>|]{0,14}$/;
const dnsLabel = '[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?';
const dns = new RegExp(`^${dnsLabel}(?:\\.${dnsLabel})*$`);

function userNameReasons(name: string): string[] {
  const parts = name.split('\\');
  if (name === '') return ['runAsUserName cannot be an empty string'];
  if (/\p{Cc}/u.test(name)) return ['runAsUserName cannot contain control characters'];
  if (parts.length > 2) return ['runAsUserName cannot contain more than one backslash'];
  const [user = '', domain] = parts.toReversed();
  const length = byteLength(user);
  const reasons: [when: boolean, reason: string][] = [
    [byteLength(domain ?? '') >= 256, "runAsUserName's Domain length must be under 256 characters"],
    [domain !== undefined && !netBios.test(domain) && !dns.test(domain), "runAsUserName's Domain doesn't match the NetBios nor the DNS format"],
    [length === 0, "runAsUserName's User cannot be empty"],
    [length > 104, "runAsUserName's User length must not be longer than 104 characters"],
    [/^[. ]+$/.test(user), "runAsUserName's User cannot contain only periods or spaces"],
    [/["/\\:;|=,+*?<>@[\]]/.test(user), `runAsUserName's User cannot contain the following characters: "/\\:;|=,+*?<>@[]`],
  ];
  return reasons.filter(([when]) => when).map(([, reason]) => reason);
}

function specReasons(spec: string): string[] {
  if (spec === '') return ['gmsaCredentialSpec cannot be an empty string'];
  return byteLength(spec) > 64 * 1024 ? ['gmsaCredentialSpec size must be under 64 KiB'] : [];
}

const options: [name: string, reasons: (value: string) => string[]][] = [
  ['gmsaCredentialSpecName', isDNS1123Subdomain],
  ['gmsaCredentialSpec', specReasons],
  ['runAsUserName', userNameReasons],
];

export function validateWindowsOptions({ windowsOptions }: Fields, path: Path): FieldError[] {
  if (!isFields(windowsOptions)) return [];
  return options.flatMap(([name, reasons]) => {
    const value = windowsOptions[name];
    return typeof value === 'string' ? check(reasons(value), value, path.child('windowsOptions', name)) : [];
  });
}

const hostProcessOf = (of: Fields) => struct(struct(of, 'securityContext'), 'windowsOptions')['hostProcess'];

/** Either all containers of a pod are processes of the host, or none. */
export function validateHostProcess(spec: Fields, containers: Container[], path: Path): FieldError[] {
  const pod = hostProcessOf(spec);
  const errors = containers.flatMap(([container, at]) => {
    const own = hostProcessOf(container);
    if (pod === undefined || own === undefined || pod === own) return [];
    return [invalid(at.child('securityContext', 'windowsOptions', 'hostProcess'), own, `pod hostProcess value must be identical if both are specified, was ${String(pod)}`)];
  });
  const count = containers.filter(([container]) => (hostProcessOf(container) ?? pod) === true).length;
  if (count === 0) return errors;
  if (count !== containers.length) errors.push(invalid(path, '', 'If pod contains any hostProcess containers then all containers must be HostProcess containers'));
  return spec['hostNetwork'] === true ? errors : [...errors, invalid(path.child('hostNetwork'), false, 'hostNetwork must be true if pod contains any hostProcess containers')];
}

const inContext = (names: string[]) => names.map((name) => `securityContext.${name}`);

/** Paths in the order in which they are told. */
const notOnWindows = {
  pod: [
    ...inContext(['appArmorProfile', 'seLinuxOptions']), 'hostUsers', 'hostPID', 'hostIPC', ...inContext(['seccompProfile', 'fsGroup', 'fsGroupChangePolicy', 'sysctls']), 'shareProcessNamespace',
    ...inContext(['runAsUser', 'runAsGroup', 'supplementalGroups', 'supplementalGroupsPolicy', 'seLinuxChangePolicy']),
  ],
  container: inContext(['appArmorProfile', 'seLinuxOptions', 'seccompProfile', 'capabilities', 'readOnlyRootFilesystem', 'privileged', 'allowPrivilegeEscalation', 'procMount', 'runAsUser', 'runAsGroup']),
};
const notOnLinux = inContext(['windowsOptions']);

function validateUnused(of: Fields, names: string[], detail: string, path: Path): FieldError[] {
  const given = names.filter((name) => {
    const [head = '', field] = name.split('.');
    if (field === undefined) return name.startsWith('host') && name !== 'hostUsers' ? of[name] === true : of[name] !== undefined;
    const context = struct(of, head);
    return field === 'sysctls' ? structs(context, field).length > 0 : context[field] !== undefined;
  });
  return given.map((name) => forbidden(path.child(name), detail));
}

export function validateOS(spec: Fields, containers: Container[], path: Path): FieldError[] {
  const { os } = spec;
  if (!isFields(os)) return [];
  const name = text(os, 'name');
  if (name === '') return [required(path.child('os', 'name'))];
  if (name !== 'linux' && name !== 'windows') return [notSupported(path.child('os'), name, ['linux', 'windows'])];
  const [ofPod, ofContainer] = name === 'linux' ? [notOnLinux, notOnLinux] : [notOnWindows.pod, notOnWindows.container];
  const detail = name === 'linux' ? 'windows options cannot be set for a linux pod' : 'cannot be set for a windows pod';
  return [...validateUnused(spec, ofPod, detail, path), ...containers.flatMap(([container, at]) => validateUnused(container, ofContainer, detail, at))];
}
