/**
 * The spec that pods have, and templates of pods.
 *
 * Upstream: ValidatePodSpec, ValidatePodTemplateSpec of pkg/apis/core/validation/validation.go. Leaves out
 * overhead, scheduling groups and what each operating system forbids.
 */
import { int, isFields, stringMap, strings, struct, structs, text, texts } from '../../access.ts';
import type { Fields } from '../../access.ts';
import { forbidden, invalid, notSupported, required } from '../../field.ts';
import type { FieldError, Path } from '../../field.ts';
import { isDNS1123Subdomain, isInRange, isQualifiedName, isValidLabelValue } from '../../names.ts';
import { check, validateDNS1123Label, validateDNS1123Subdomain, validateEnum, validateIP } from '../checks.ts';
import { validateAnnotations, validateLabels } from '../labels.ts';
import { validateContainers, validateEphemeralContainers, validateInitContainers } from './containers.ts';
import type { PodContext } from './containers.ts';
import { validateAffinity, validateGates, validateTopologySpread } from './scheduling.ts';
import { validatePodSecurityContext } from './security.ts';
import { validateVolumes } from './volumes.ts';

function validateDNS(spec: Fields, path: Path): FieldError[] {
  const { dnsConfig } = spec;
  const none = spec['dnsPolicy'] === 'None';
  if (!isFields(dnsConfig)) return none ? [required(path, 'must provide `dnsConfig` when `dnsPolicy` is None')] : [];
  const servers = strings(dnsConfig, 'nameservers');
  if (none && servers.length === 0) return [required(path.child('nameservers'), 'must provide at least one DNS nameserver when `dnsPolicy` is None')];
  const many = servers.length > 3 ? [invalid(path.child('nameservers'), servers, 'must not have more than 3 nameservers')] : [];
  return [
    ...many,
    ...servers.flatMap((ip, i) => validateIP(ip, path.child('nameservers').index(i))),
    ...structs(dnsConfig, 'options').flatMap((o, i) => (text(o, 'name') === '' ? [required(path.child('options').index(i), 'must not be empty')] : [])),
  ];
}

function validateToleration(toleration: Fields, path: Path): FieldError[] {
  const [key, operator, value, effect] = texts(toleration, 'key', 'operator', 'value', 'effect');
  const at = path.child('operator');
  const errors = key === '' ? [] : check(isQualifiedName(key), key, path.child('key'));
  if (key === '' && operator !== 'Exists') errors.push(invalid(at, operator, 'operator must be Exists when `key` is empty, which means "match all values and all keys"'));
  if (toleration['tolerationSeconds'] !== undefined && effect !== 'NoExecute') errors.push(invalid(path.child('effect'), effect, "effect must be 'NoExecute' when `tolerationSeconds` is set"));
  if (operator === 'Equal' || operator === '') {
    const reasons = isValidLabelValue(value);
    if (reasons.length > 0) errors.push(invalid(at, value, reasons.join(';')));
  } else if (operator === 'Exists') {
    if (value !== '') errors.push(invalid(at, value, "value must be empty when `operator` is 'Exists'"));
  } else {
    errors.push(notSupported(at, operator, operator === 'Lt' || operator === 'Gt' ? ['Equal', 'Exists', 'Lt', 'Gt'] : ['Equal', 'Exists']));
  }
  const effects = ['NoSchedule', 'PreferNoSchedule', 'NoExecute'];
  return effect === '' || effects.includes(effect) ? errors : [...errors, notSupported(path.child('effect'), effect, effects)];
}

export function validateTolerations(tolerations: Fields[], path: Path): FieldError[] {
  return tolerations.flatMap((toleration, i) => validateToleration(toleration, path.index(i)));
}

function validateHostNetwork(spec: Fields, isPod: boolean, path: Path): FieldError[] {
  if (spec['hostNetwork'] !== true) return [];
  return structs(spec, 'containers').flatMap((container, c) =>
    structs(container, 'ports').flatMap((port, p) => {
      const hostPort = int(port, 'hostPort') ?? 0;
      const differs = (isPod || hostPort !== 0) && hostPort !== int(port, 'containerPort');
      const at = path.child('containers').index(c).child('ports').index(p).child('hostPort');
      return differs ? [invalid(at, hostPort, 'must match `containerPort` when `hostNetwork` is true')] : [];
    }),
  );
}

/** Names that must be subdomains where they are given. */
function validateNames(spec: Fields, names: string[], path: Path): FieldError[] {
  return names.flatMap((name) => (text(spec, name) === '' ? [] : check(isDNS1123Subdomain(text(spec, name)), text(spec, name), path.child(name))));
}

function validateHost(spec: Fields, path: Path): FieldError[] {
  const deadline = int(spec, 'activeDeadlineSeconds');
  return [
    ...(deadline === undefined ? [] : check(isInRange(deadline, 1, 2 ** 31 - 1), deadline, path.child('activeDeadlineSeconds'))),
    ...['hostname', 'subdomain'].flatMap((name) => (text(spec, name) === '' ? [] : validateDNS1123Label(text(spec, name), path.child(name)))),
    ...validateTolerations(structs(spec, 'tolerations'), path.child('tolerations')),
    ...structs(spec, 'hostAliases').flatMap((alias, i) => {
      const at = path.child('hostAliases').index(i);
      return [...validateIP(text(alias, 'ip'), at.child('ip')), ...strings(alias, 'hostnames').flatMap((h, j) => validateDNS1123Subdomain(h, at.child('hostnames').index(j)))];
    }),
    ...validateNames(spec, ['priorityClassName', 'runtimeClassName'], path),
  ];
}

export function validatePodSpec(spec: Fields, isPod: boolean, path: Path): FieldError[] {
  const volumes = validateVolumes(structs(spec, 'volumes'), path.child('volumes'));
  const pod: PodContext = {
    volumes: volumes.names,
    claims: structs(spec, 'resourceClaims').map((c) => text(c, 'name')),
    gracePeriod: int(spec, 'terminationGracePeriodSeconds') ?? 0,
    hostUsers: spec['hostUsers'] !== false,
    restartPolicy: text(spec, 'restartPolicy'),
  };
  const regular = structs(spec, 'containers');
  const init = structs(spec, 'initContainers');
  const os = spec['os'];
  return [
    ...(int(spec, 'terminationGracePeriodSeconds') === undefined ? [required(path.child('terminationGracePeriodSeconds'))] : []),
    ...volumes.errors,
    ...validateContainers(regular, pod, path.child('containers')),
    ...validateInitContainers(init, regular, pod, path.child('initContainers')),
    ...validateEphemeralContainers(structs(spec, 'ephemeralContainers'), [...regular, ...init], pod, path.child('ephemeralContainers')),
    ...validateHostNetwork(spec, isPod, path),
    ...validateEnum(text(spec, 'restartPolicy'), ['Always', 'OnFailure', 'Never'], path.child('restartPolicy')),
    ...validateEnum(text(spec, 'dnsPolicy'), ['ClusterFirstWithHostNet', 'ClusterFirst', 'Default', 'None'], path.child('dnsPolicy')),
    ...validateLabels(stringMap(spec, 'nodeSelector'), path.child('nodeSelector')),
    ...validatePodSecurityContext(struct(spec, 'securityContext'), spec, path.child('securityContext')),
    ...validateAffinity(struct(spec, 'affinity'), path.child('affinity')),
    ...validateDNS(spec, path.child('dnsConfig')),
    ...validateGates(spec, path),
    ...validateTopologySpread(structs(spec, 'topologySpreadConstraints'), path.child('topologySpreadConstraints')),
    ...validateNames(spec, ['serviceAccountName', 'nodeName'], path),
    ...validateHost(spec, path),
    ...(isFields(os) ? validateEnum(text(os, 'name'), ['linux', 'windows'], path.child('os')) : []),
  ];
}

export function validatePodTemplateSpec(template: Fields, path: Path): FieldError[] {
  const metadata = struct(template, 'metadata');
  const spec = struct(template, 'spec');
  const ephemeral = structs(spec, 'ephemeralContainers').length > 0;
  return [
    ...validateLabels(stringMap(metadata, 'labels'), path.child('labels')),
    ...validateAnnotations(stringMap(metadata, 'annotations'), path.child('annotations')),
    ...validatePodSpec(spec, false, path.child('spec')),
    ...(ephemeral ? [forbidden(path.child('spec', 'ephemeralContainers'), 'ephemeral containers not allowed in pod template')] : []),
  ];
}
