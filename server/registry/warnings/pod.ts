/**
 * What pods and templates of pods are warned about.
 *
 * Upstream: pkg/api/pod/warnings.go. Leaves out paths that overlap inside of a volume.
 */
import { int, isFields, stringMap, strings, struct, structs, text } from '../../apimachinery/access.ts';
import type { Fields } from '../../apimachinery/access.ts';
import type { Path } from '../../apimachinery/field.ts';
import { deepEqual } from '../../apimachinery/deep.ts';
import { isValidLabelValue } from '../../apimachinery/names.ts';
import { quote } from '../../apimachinery/quote.ts';
import { appArmorContainer } from '../../apimachinery/validation/core-v1/profiles.ts';
import { appArmorField } from '../strategies/pod-fields.ts';
import { warningsForIP } from './addresses.ts';
import { fractionalBytes } from './amounts.ts';
import { containersOf } from '../../apimachinery/validation/core-v1/visit.ts';
import { warningsForContainer, warningsForPorts } from './containers.ts';
import { warningsForOverlaps } from './overlaps.ts';
import { deprecatedNodeLabel } from './node-labels.ts';
import { warningsForClaimSpec } from './storage.ts';

const annotations: Record<string, string> = {
  'scheduler.alpha.kubernetes.io/critical-pod': 'non-functional in v1.16+; use the "priorityClassName" field instead',
  'security.alpha.kubernetes.io/sysctls': 'non-functional in v1.11+; use the "sysctls" field instead',
  'security.alpha.kubernetes.io/unsafe-sysctls': 'non-functional in v1.11+; use the "sysctls" field instead',
};

const volumes: Record<string, string> = {
  photonPersistentDisk: 'deprecated in v1.11, non-functional in v1.16+', gitRepo: 'deprecated in v1.11, and disabled by default in v1.33+',
  scaleIO: 'deprecated in v1.16, non-functional in v1.22+', flocker: 'deprecated in v1.22, non-functional in v1.25+',
  storageos: 'deprecated in v1.22, non-functional in v1.25+', quobyte: 'deprecated in v1.22, non-functional in v1.25+',
  glusterfs: 'deprecated in v1.25, non-functional in v1.26+', cephfs: 'deprecated in v1.28, non-functional in v1.31+', rbd: 'deprecated in v1.28, non-functional in v1.31+',
};

function forVolume(volume: Fields, path: Path): string[] {
  const template = struct(struct(volume, 'ephemeral'), 'volumeClaimTemplate');
  const old = Object.entries(volumes).filter(([name]) => isFields(volume[name])).map(([name, why]) => `${path.child(name === 'storageos' ? 'storageOS' : name).toString()}: ${why}`);
  return [...old, ...warningsForClaimSpec(struct(template, 'spec'), path.child('ephemeral', 'volumeClaimTemplate', 'spec'))];
}

/** Values of preferences are not validated, so they are warned about. */
function forNodeSelectorTerm(term: Fields, preferred: boolean, path: Path): string[] {
  return structs(term, 'matchExpressions').flatMap((expression, i) => {
    const at = path.child('matchExpressions').index(i);
    const why = deprecatedNodeLabel(text(expression, 'key'));
    const values = preferred ? strings(expression, 'values') : [];
    return [
      ...(why === undefined ? [] : [`${at.child('key').toString()}: ${text(expression, 'key')} is ${why}`]),
      ...values.flatMap((value, j) => isValidLabelValue(value).map((reason) => `${at.child('values').index(j).toString()}: ${value} is invalid, ${reason}`)),
    ];
  });
}

function forNodes(spec: Fields, path: Path): string[] {
  const affinity = struct(struct(spec, 'affinity'), 'nodeAffinity');
  const at = path.child('affinity', 'nodeAffinity');
  const [required, preferred] = ['requiredDuringSchedulingIgnoredDuringExecution', 'preferredDuringSchedulingIgnoredDuringExecution'];
  return [
    ...Object.keys(struct(spec, 'nodeSelector')).flatMap((key) => (deprecatedNodeLabel(key) === undefined ? [] : [`${path.child('nodeSelector').key(key).toString()}: ${deprecatedNodeLabel(key)}`])),
    ...structs(struct(affinity, required), 'nodeSelectorTerms').flatMap((term, i) => forNodeSelectorTerm(term, false, at.child(required, 'nodeSelectorTerms').index(i))),
    ...structs(affinity, preferred).flatMap((term, i) => forNodeSelectorTerm(struct(term, 'preference'), true, at.child(preferred).index(i).child('preference'))),
    ...structs(spec, 'topologySpreadConstraints').flatMap((constraint, i) => {
      const field = path.child('topologySpreadConstraints').index(i);
      const why = deprecatedNodeLabel(text(constraint, 'topologyKey'));
      return [
        ...(why === undefined ? [] : [`${field.child('topologyKey').toString()}: ${text(constraint, 'topologyKey')} is ${why}`]),
        ...(isFields(constraint['labelSelector']) ? [] : [`${field.child('labelSelector').toString()}: a null labelSelector results in matching no pod`]),
      ];
    }),
  ];
}

function repeated(items: Fields[], name: string, what: string, path: Path): string[] {
  const values = items.map((item) => text(item, name));
  return values.flatMap((value, i) => (values.indexOf(value) < i ? [`${path.index(i).child(name).toString()}: duplicate ${what} ${quote(value)}`] : []));
}

const seccomp = 'seccomp.security.alpha.kubernetes.io/pod';
const seccompContainer = 'container.seccomp.security.alpha.kubernetes.io/';

/** What annotations said of profiles before there were fields. A pod's own AppArmor annotations become fields, and are told then. */
function forProfiles(of: Fields, prefixed: string, given: Readonly<Record<string, string>>, pod: unknown, root: Path): string[] {
  const context = struct(of, 'securityContext');
  const [seccompKey, appArmorKey] = prefixed === '' ? [seccomp, ''] : [seccompContainer + prefixed, appArmorContainer + prefixed];
  const at = (key: string) => root.child('metadata', 'annotations').key(key).toString();
  const annotation = given[appArmorKey];
  const moved = annotation === undefined || context['appArmorProfile'] !== undefined || (pod !== undefined && deepEqual(pod, appArmorField(annotation)));
  return [
    ...(given[seccompKey] !== undefined && !isFields(context['seccompProfile']) ? [`${at(seccompKey)}: non-functional in v1.27+; use the "seccompProfile" field instead`] : []),
    ...(moved || root.toString() === '' ? [] : [`${at(appArmorKey)}: deprecated since v1.30; use the "appArmorProfile" field instead`]),
  ];
}

function forPodAffinity(spec: Fields, path: Path): string[] {
  const why = 'a null labelSelector results in matching no pod';
  return ['podAffinity', 'podAntiAffinity'].flatMap((kind) => {
    const affinity = struct(struct(spec, 'affinity'), kind);
    const at = path.child('affinity', kind);
    const [required, preferred] = ['requiredDuringSchedulingIgnoredDuringExecution', 'preferredDuringSchedulingIgnoredDuringExecution'];
    return [
      ...structs(affinity, required).flatMap((term, i) => (isFields(term['labelSelector']) ? [] : [`${at.child(required).index(i).child('labelSelector').toString()}: ${why}`])),
      ...structs(affinity, preferred).flatMap((term, i) => (isFields(struct(term, 'podAffinityTerm')['labelSelector']) ? [] : [`${at.child(preferred).index(i).child('podAffinityTerm', 'labelSelector').toString()}: ${why}`])),
    ];
  });
}

/** `template`: a pod, or something that has its metadata and spec; `root` leads to it. */
export function warningsForPod(template: Fields, root: Path): string[] {
  const [meta, spec, path] = [struct(template, 'metadata'), struct(template, 'spec'), root.child('spec')];
  const given = stringMap(meta, 'annotations');
  const containers = containersOf(spec, path);
  const secrets = structs(spec, 'imagePullSecrets');
  const profile = struct(spec, 'securityContext')['appArmorProfile'];
  const aliases = structs(spec, 'hostAliases');
  const secretsAt = path.child('imagePullSecrets');
  return [
    ...forNodes(spec, path),
    ...Object.entries(annotations).filter(([key]) => given[key] !== undefined).map(([key, why]) => `${root.child('metadata', 'annotations').key(key).toString()}: ${why}`),
    ...structs(spec, 'volumes').flatMap((volume, i) => forVolume(volume, path.child('volumes').index(i))),
    ...structs(spec, 'volumes').flatMap(warningsForOverlaps),
    ...repeated(aliases, 'ip', 'ip', path.child('hostAliases')),
    ...repeated(secrets, 'name', 'name', secretsAt),
    ...secrets.flatMap((secret, i) => (text(secret, 'name') === '' ? [`${secretsAt.index(i).child('name').toString()}: invalid empty name ""`] : [])),
    ...fractionalBytes(spec, 'overhead', ['memory', 'ephemeral-storage'], path),
    ...forProfiles(spec, '', given, undefined, root),
    ...containers.flatMap(([container, at]) => [...forProfiles(container, text(container, 'name'), given, profile, root), ...warningsForContainer([container, at])]),
    ...warningsForPorts(containers),
    ...((int(spec, 'terminationGracePeriodSeconds') ?? 0) < 0 ? [`${path.child('terminationGracePeriodSeconds').toString()}: must be >= 0; negative values are invalid and will be treated as 1`] : []),
    ...forPodAffinity(spec, path),
    ...strings(struct(spec, 'dnsConfig'), 'nameservers').flatMap((ip, i) => warningsForIP(ip, path.child('dnsConfig', 'nameservers').index(i))),
    ...aliases.flatMap((alias, i) => warningsForIP(text(alias, 'ip'), path.child('hostAliases').index(i).child('ip'))),
  ];
}
