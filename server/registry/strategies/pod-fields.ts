/**
 * What the server changes of a pod's spec by itself: fields of features that are off go, labels that the pod brings are
 * written into selectors, profiles move from annotations into fields.
 *
 * Upstream: dropDisabledFields of pkg/api/pod/util.go, mutatePodAffinity, mutateTopologySpreadConstraints and
 * applyAppArmorVersionSkew of pkg/registry/core/pod/strategy.go.
 */
import { isFields, lookup, stringMap, strings, struct, structs, text } from '../../apimachinery/access.ts';
import type { Fields } from '../../apimachinery/access.ts';
import { deepEqual } from '../../apimachinery/deep.ts';
import { newPath } from '../../apimachinery/field.ts';
import type { KubeObject } from '../../apimachinery/types.ts';
import { appArmorContainer } from '../../apimachinery/validation/core-v1/profiles.ts';

const lists = ['initContainers', 'containers', 'ephemeralContainers'];

/** The list with each struct changed, or the very same where none is. */
function mapped(obj: Fields, name: string, change: (item: Fields) => Fields): Fields {
  const items = structs(obj, name);
  const changed = items.map(change);
  return changed.every((item, i) => item === items[i]) ? obj : { ...obj, [name]: changed };
}

function without(obj: Fields, ...names: string[]): Fields {
  return names.some((name) => obj[name] !== undefined) ? Object.fromEntries(Object.entries(obj).filter(([name]) => !names.includes(name))) : obj;
}

function dropStopSignal(container: Fields): Fields {
  if (struct(container, 'lifecycle')['stopSignal'] === undefined) return container;
  const lifecycle = without(struct(container, 'lifecycle'), 'stopSignal');
  return Object.keys(lifecycle).length > 0 ? { ...container, lifecycle } : without(container, 'lifecycle');
}

function dropProjections(volume: Fields): Fields {
  const projected = struct(volume, 'projected');
  const dropped = mapped(projected, 'sources', (source) => without(source, 'clusterTrustBundle', 'podCertificate'));
  return dropped === projected ? volume : { ...volume, projected: dropped };
}

/** The spec without fields of features that are off by default. */
export function dropDisabledFields(spec: Fields): Fields {
  return lists.reduce((dropped, list) => mapped(dropped, list, dropStopSignal), mapped(without(spec, 'schedulingGroup'), 'volumes', dropProjections));
}

/** Adds what the pod's own labels say to the selector of an affinity term or a spread constraint. */
function applyLabelKeys(term: Fields, labels: Readonly<Record<string, string>>): Fields {
  const { labelSelector } = term;
  if (!isFields(labelSelector)) return term;
  const of = (name: string, operator: string) => strings(term, name).flatMap((key) => (lookup(labels, key) === undefined ? [] : [{ key, operator, values: [lookup(labels, key)] }]));
  const added = [...of('matchLabelKeys', 'In'), ...of('mismatchLabelKeys', 'NotIn')];
  return added.length === 0 ? term : { ...term, labelSelector: { ...labelSelector, matchExpressions: [...structs(labelSelector, 'matchExpressions'), ...added] } };
}

function applyToAffinity(affinity: Fields, labels: Readonly<Record<string, string>>): Fields {
  return ['podAffinity', 'podAntiAffinity'].reduce((applied, kind) => {
    const own = struct(applied, kind);
    const preferred = mapped(own, 'preferredDuringSchedulingIgnoredDuringExecution', (weighted) => {
      const term = struct(weighted, 'podAffinityTerm');
      const done = applyLabelKeys(term, labels);
      return done === term ? weighted : { ...weighted, podAffinityTerm: done };
    });
    const done = mapped(preferred, 'requiredDuringSchedulingIgnoredDuringExecution', (term) => applyLabelKeys(term, labels));
    return done === own ? applied : { ...applied, [kind]: done };
  }, affinity);
}

export function applyPodLabels(spec: Fields, labels: Readonly<Record<string, string>>): Fields {
  const spread = mapped(spec, 'topologySpreadConstraints', (constraint) => applyLabelKeys(constraint, labels));
  const affinity = struct(spread, 'affinity');
  const done = applyToAffinity(affinity, labels);
  return done === affinity ? spread : { ...spread, affinity: done };
}

/** What an annotation says as a field; undefined for nothing that can be one. */
export function appArmorField(annotation: string): Fields | undefined {
  if (annotation === 'unconfined') return { type: 'Unconfined' };
  if (annotation === 'runtime/default') return { type: 'RuntimeDefault' };
  const [, localhostProfile] = /^localhost\/(.+)$/s.exec(annotation) ?? [];
  return localhostProfile === undefined || localhostProfile.trim() !== localhostProfile ? undefined : { type: 'Localhost', localhostProfile };
}

/** Gives containers the profiles that annotations name; `warn` tells that these are of old. */
export function applyAppArmor(obj: KubeObject, warn: (warning: string) => void): void {
  const spec = struct(obj, 'spec');
  const { annotations = {} } = obj.metadata;
  if (text(struct(spec, 'os'), 'name') === 'windows' || !Object.keys(annotations).some((key) => key.startsWith(appArmorContainer))) return;
  const pod = struct(spec, 'securityContext')['appArmorProfile'];
  obj.spec = lists.reduce((applied, list) => mapped(applied, list, (container) => {
    const key = appArmorContainer + text(container, 'name');
    const annotation = annotations[key];
    const context = struct(container, 'securityContext');
    if (annotation === undefined || context['appArmorProfile'] !== undefined) return container;
    const field = appArmorField(annotation);
    if (field && deepEqual(field, pod)) return container;
    warn(`${newPath('metadata', 'annotations').key(key).toString()}: deprecated since v1.30; use the "appArmorProfile" field instead`);
    return field ? { ...container, securityContext: { ...context, appArmorProfile: field } } : container;
  }), spec);
}

export const labelsOf = ({ metadata }: KubeObject) => stringMap({ ...metadata }, 'labels');
