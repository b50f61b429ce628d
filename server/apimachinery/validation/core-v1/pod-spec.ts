/**
 * The spec that pods and templates of pods have.
 *
 * Upstream: ValidatePodSpec of pkg/apis/core/validation/validation.go. Leaves out scheduling
 * groups, which a server drops by default, and what updates tolerate because older servers let it pass (the Allow…
 * options of PodValidationOptions).
 */
import { int, isFields, stringMap, struct, structs, text } from '../../access.ts';
import type { Fields } from '../../access.ts';
import { invalid, required } from '../../field.ts';
import type { FieldError, Path } from '../../field.ts';
import { isDNS1123Subdomain, isInRange } from '../../names.ts';
import { check, eachSliceVal, validateDNS1123Label, validateEnum } from '../checks.ts';
import { validateLabels } from '../labels.ts';
import { validateContainers, validateEphemeralContainers, validateInitContainers } from './containers.ts';
import type { PodContext } from './containers.ts';
import { validateDNS, validateHostAliases, validateHostnameOverride } from './dns.ts';
import { validateFileKeyRefVolumes } from './env.ts';
import { validatePodResourceClaims, validatePodResources } from './pod-resources.ts';
import { validateResourceRequirements } from './resources.ts';
import { validateAffinity, validateGates, validateTopologySpread } from './scheduling.ts';
import { validateHostUsers, validatePodSecurityContext } from './security.ts';
import { validateTolerations } from './tolerations.ts';
import { containersOf } from './visit.ts';
import type { Container } from './visit.ts';
import { validateVolumes } from './volumes.ts';
import { validateHostProcess, validateOS } from './windows.ts';

function validateHostNetwork(spec: Fields, isPod: boolean, path: Path): FieldError[] {
  if (spec['hostNetwork'] !== true) return [];
  return eachSliceVal(structs(spec, 'containers'), path.child('containers'), (container, own) =>
    structs(container, 'ports').flatMap((port, p) => {
      const hostPort = int(port, 'hostPort') ?? 0;
      const differs = (isPod || hostPort !== 0) && hostPort !== int(port, 'containerPort');
      const at = own.child('ports').index(p).child('hostPort');
      return differs ? [invalid(at, hostPort, 'must match `containerPort` when `hostNetwork` is true')] : [];
    }));
}

/** Names that must be subdomains where they are given. */
function validateNames(spec: Fields, names: string[], path: Path): FieldError[] {
  return names.flatMap((name) => (text(spec, name) === '' ? [] : check(isDNS1123Subdomain(text(spec, name)), text(spec, name), path.child(name))));
}

function validateRest(spec: Fields, containers: Container[], path: Path): FieldError[] {
  const deadline = int(spec, 'activeDeadlineSeconds');
  const { preemptionPolicy, overhead, runtimeClassName } = spec;
  return [
    ...(deadline === undefined ? [] : check(isInRange(deadline, 1, 2 ** 31 - 1), deadline, path.child('activeDeadlineSeconds'))),
    ...['hostname', 'subdomain'].flatMap((name) => (text(spec, name) === '' ? [] : validateDNS1123Label(text(spec, name), path.child(name)))),
    ...validateTolerations(structs(spec, 'tolerations'), path.child('tolerations')),
    ...validateHostAliases(structs(spec, 'hostAliases'), path.child('hostAliases')),
    ...validateNames(spec, ['priorityClassName'], path),
    ...(runtimeClassName === undefined ? [] : check(isDNS1123Subdomain(text(spec, 'runtimeClassName')), runtimeClassName, path.child('runtimeClassName'))),
    ...(preemptionPolicy === undefined ? [] : validateEnum(text(spec, 'preemptionPolicy'), ['PreemptLowerPriority', 'Never'], path.child('preemptionPolicy'))),
    ...(isFields(overhead) ? validateResourceRequirements({ limits: overhead }, [], path.child('overhead')) : []),
    ...validateOS(spec, containers, path),
    ...validateFileKeyRefVolumes(structs(spec, 'volumes'), containers),
  ];
}

/** Of whom a spec is: a pod by its name, or a template, which has none. */
interface PodOwner {
  isPod: boolean;
  name: string;
  annotations: Readonly<Record<string, string>>;
}

export const ofTemplate: PodOwner = { isPod: false, name: '', annotations: {} };

export function validatePodSpec(spec: Fields, owner: PodOwner, path: Path): FieldError[] {
  const { isPod, annotations } = owner;
  const volumes = validateVolumes(structs(spec, 'volumes'), owner, path.child('volumes'));
  const claims = structs(spec, 'resourceClaims');
  const pod: PodContext = {
    volumes: volumes.good,
    claims: [...new Set(claims.map((c) => text(c, 'name')).filter((name) => name !== ''))],
    gracePeriod: int(spec, 'terminationGracePeriodSeconds') ?? 0,
    hostUsers: spec['hostUsers'] !== false,
    restartPolicy: text(spec, 'restartPolicy'),
  };
  const containers = containersOf(spec, path);
  const regular = structs(spec, 'containers');
  const init = structs(spec, 'initContainers');
  return [
    ...(int(spec, 'terminationGracePeriodSeconds') === undefined ? [required(path.child('terminationGracePeriodSeconds'))] : []),
    ...volumes.errors,
    ...validatePodResourceClaims(claims, annotations, path.child('resourceClaims')),
    ...validateContainers(regular, pod, path.child('containers')),
    ...validateInitContainers(init, regular, pod, path.child('initContainers')),
    ...validateEphemeralContainers(structs(spec, 'ephemeralContainers'), [...regular, ...init], pod, path.child('ephemeralContainers')),
    ...validatePodResources(spec, path),
    ...validateHostNetwork(spec, isPod, path),
    ...validateEnum(text(spec, 'restartPolicy'), ['Always', 'OnFailure', 'Never'], path.child('restartPolicy')),
    ...validateEnum(text(spec, 'dnsPolicy'), ['ClusterFirstWithHostNet', 'ClusterFirst', 'Default', 'None'], path.child('dnsPolicy')),
    ...validateLabels(stringMap(spec, 'nodeSelector'), path.child('nodeSelector')),
    ...validatePodSecurityContext(struct(spec, 'securityContext'), spec, path.child('securityContext')),
    ...validateAffinity(struct(spec, 'affinity'), path.child('affinity')),
    ...validateDNS(spec, path.child('dnsConfig')),
    ...validateGates(spec, path),
    ...validateTopologySpread(structs(spec, 'topologySpreadConstraints'), path.child('topologySpreadConstraints')),
    ...validateHostProcess(spec, containers, path),
    ...validateHostUsers(spec, containers, path),
    ...validateHostnameOverride(spec, path),
    ...validateNames(spec, ['serviceAccountName', 'nodeName'], path),
    ...validateRest(spec, containers, path),
  ];
}
