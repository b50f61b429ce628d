/**
 * What pods and templates of pods are warned about.
 *
 * Upstream: pkg/api/pod/warnings.go. Leaves out paths that overlap inside of a volume.
 */
import { int, isFields, stringMap, strings, struct, structs, text } from '../../apimachinery/access.ts';
import type { Fields } from '../../apimachinery/access.ts';
import type { Path } from '../../apimachinery/field.ts';
import { quote } from '../../apimachinery/quote.ts';
import { warningsForIP } from './addresses.ts';
import { fractionalBytes } from './amounts.ts';
import { containersOf, warningsForContainer, warningsForPorts } from './containers.ts';
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

function forNodeSelectorTerm(term: Fields, path: Path): string[] {
  return structs(term, 'matchExpressions').flatMap((expression, i) => {
    const why = deprecatedNodeLabel(text(expression, 'key'));
    return why === undefined ? [] : [`${path.child('matchExpressions').index(i).child('key').toString()}: ${text(expression, 'key')} is ${why}`];
  });
}

function forNodes(spec: Fields, path: Path): string[] {
  const affinity = struct(struct(spec, 'affinity'), 'nodeAffinity');
  const at = path.child('affinity', 'nodeAffinity');
  const [required, preferred] = ['requiredDuringSchedulingIgnoredDuringExecution', 'preferredDuringSchedulingIgnoredDuringExecution'];
  return [
    ...Object.keys(struct(spec, 'nodeSelector')).flatMap((key) => (deprecatedNodeLabel(key) === undefined ? [] : [`${path.child('nodeSelector').key(key).toString()}: ${deprecatedNodeLabel(key)}`])),
    ...structs(struct(affinity, required), 'nodeSelectorTerms').flatMap((term, i) => forNodeSelectorTerm(term, at.child(required, 'nodeSelectorTerms').index(i))),
    ...structs(affinity, preferred).flatMap((term, i) => forNodeSelectorTerm(struct(term, 'preference'), at.child(preferred).index(i).child('preference'))),
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

function forSeccomp(spec: Fields, meta: Fields, path: Path): string[] {
  const given = stringMap(meta, 'annotations');
  const unset = (sc: unknown) => !isFields(sc) || !isFields(sc['seccompProfile']);
  const key = 'seccomp.security.alpha.kubernetes.io/pod';
  return unset(spec['securityContext']) && given[key] !== undefined ? [`${path.child('metadata', 'annotations').key(key).toString()}: non-functional in v1.27+; use the "seccompProfile" field instead`] : [];
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
  const aliases = structs(spec, 'hostAliases');
  const secretsAt = path.child('imagePullSecrets');
  return [
    ...forNodes(spec, path),
    ...Object.entries(annotations).filter(([key]) => given[key] !== undefined).map(([key, why]) => `${root.child('metadata', 'annotations').key(key).toString()}: ${why}`),
    ...structs(spec, 'volumes').flatMap((volume, i) => forVolume(volume, path.child('volumes').index(i))),
    ...repeated(aliases, 'ip', 'ip', path.child('hostAliases')),
    ...repeated(secrets, 'name', 'name', secretsAt),
    ...secrets.flatMap((secret, i) => (text(secret, 'name') === '' ? [`${secretsAt.index(i).child('name').toString()}: invalid empty name ""`] : [])),
    ...fractionalBytes(spec, 'overhead', ['memory', 'ephemeral-storage'], path),
    ...forSeccomp(spec, meta, root),
    ...containers.flatMap(warningsForContainer),
    ...warningsForPorts(containers),
    ...((int(spec, 'terminationGracePeriodSeconds') ?? 0) < 0 ? [`${path.child('terminationGracePeriodSeconds').toString()}: must be >= 0; negative values are invalid and will be treated as 1`] : []),
    ...forPodAffinity(spec, path),
    ...strings(struct(spec, 'dnsConfig'), 'nameservers').flatMap((ip, i) => warningsForIP(ip, path.child('dnsConfig', 'nameservers').index(i))),
    ...aliases.flatMap((alias, i) => warningsForIP(text(alias, 'ip'), path.child('hostAliases').index(i).child('ip'))),
  ];
}
