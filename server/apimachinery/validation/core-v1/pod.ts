/**
 * Pods, and the little of them that may change.
 *
 * Upstream: ValidatePodCreate and ValidatePodUpdate of pkg/apis/core/validation/validation.go.
 */
import { int, struct, structs, text } from '../../access.ts';
import type { Fields } from '../../access.ts';
import { Path, forbidden, invalid, newPath, required } from '../../field.ts';
import type { FieldError } from '../../field.ts';
import { isInRange } from '../../names.ts';
import { quote } from '../../quote.ts';
import type { KubeObject } from '../../types.ts';
import { check, semanticEqual } from '../checks.ts';
import { diff } from '../internal/diff.ts';
import { printInternal } from '../internal/print.ts';
import type { KindValidation } from '../kind-validation.ts';
import { metadata } from '../new-kind.ts';
import { validateKubeObjectMetaUpdate } from '../object-meta.ts';
import { validateGatedPod, validateOnlyDeletedGates, withoutGatedChanges } from './gated-pod.ts';
import { mirror, validateAnnotationUpdates, validateMetadataAndSpec } from './pod-metadata.ts';
import { validatePodResize } from './pod-resize.ts';
import { validatePodStatusUpdate } from './pod-status.ts';
import { validateProfilesMatch } from './profiles.ts';
import { validateTolerations } from './tolerations.ts';

const path = newPath('spec');
const specOf = (obj: KubeObject) => struct(obj, 'spec');

function validateCreate(obj: KubeObject): FieldError[] {
  const spec = specOf(obj);
  const errors = validateMetadataAndSpec(obj);
  if (structs(spec, 'ephemeralContainers').length > 0) errors.push(forbidden(path.child('ephemeralContainers'), 'cannot be set on create'));
  if (text(spec, 'nodeName') && structs(spec, 'schedulingGates').length > 0) errors.push(forbidden(path.child('nodeName'), 'cannot be set until all schedulingGates have been cleared'));
  return [...errors, ...validateProfilesMatch(obj.metadata.annotations ?? {}, spec, path)];
}

/** Undefined when the containers are not even as many as they were, and nothing else need be told. */
function validateContainerUpdates(now: Fields[], old: Fields[], at: Path): { errors: FieldError[]; stop: boolean } {
  if (now.length !== old.length) return { errors: [forbidden(at, 'pod updates may not add or remove containers')], stop: true };
  const errors = now.flatMap((container, i) => {
    const image = text(container, 'image');
    if (image === '') return [required(at.index(i).child('image'))];
    return image.trim() === image ? [] : [invalid(at.index(i).child('image'), image, 'must not have leading or trailing whitespace')];
  });
  return { errors, stop: false };
}

function validateDeadline(now: number | undefined, old: number | undefined): FieldError[] {
  const at = path.child('activeDeadlineSeconds');
  if (now === undefined) return old === undefined ? [] : [invalid(at, null, 'must not update from a positive integer to nil value')];
  const outside = check(isInRange(now, 0, 2 ** 31 - 1), now, at);
  if (outside.length > 0) return outside;
  return old !== undefined && old < now ? [invalid(at, now, 'must be less than or equal to previous value')] : [];
}

function keepsTolerations(now: Fields[], old: Fields[]): boolean {
  const same = (a: Fields, b: Fields) => semanticEqual({ ...a, tolerationSeconds: null }, { ...b, tolerationSeconds: null });
  return old.every((toleration) => now.some((t) => same(t, toleration)));
}

const updatable = [
  '`spec.containers[*].image`',
  '`spec.initContainers[*].image`',
  '`spec.activeDeadlineSeconds`',
  '`spec.tolerations` (only additions to existing tolerations)',
  '`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)',
];

/** The spec without what may change. */
function fixed(spec: Fields): Fields {
  const { activeDeadlineSeconds: _deadline, tolerations: _tolerations, schedulingGates: _gates, ...rest } = spec;
  for (const name of ['containers', 'initContainers']) rest[name] = structs(spec, name).map(({ image: _image, ...container }) => container);
  return rest;
}

/** The new spec with what may change put back. */
function unchanged(now: Fields, old: Fields): Fields {
  const images = (name: string) => structs(now, name).map((container, i) => ({ ...container, image: structs(old, name)[i]?.['image'] }));
  const back = Object.fromEntries(['activeDeadlineSeconds', 'tolerations', 'schedulingGates'].map((name) => [name, old[name]]));
  return { ...now, ...back, containers: images('containers'), ...(now['initContainers'] !== undefined && { initContainers: images('initContainers') }) };
}

function validateSpecUpdate(now: Fields, old: Fields): FieldError[] {
  const errors: FieldError[] = [];
  for (const name of ['containers', 'initContainers']) {
    const update = validateContainerUpdates(structs(now, name), structs(old, name), path.child(name));
    errors.push(...update.errors);
    if (update.stop) return errors;
  }
  const deadline = validateDeadline(int(now, 'activeDeadlineSeconds'), int(old, 'activeDeadlineSeconds'));
  if (deadline.length > 0 && now['activeDeadlineSeconds'] !== undefined) return [...errors, ...deadline];
  errors.push(...deadline);
  const [tolerations, at] = [structs(now, 'tolerations'), path.child('tolerations')];
  if (keepsTolerations(tolerations, structs(old, 'tolerations'))) errors.push(...validateTolerations(tolerations, at));
  else errors.push(forbidden(at, 'existing toleration can not be modified except its tolerationSeconds'));
  const graceGoesToOne = (int(old, 'terminationGracePeriodSeconds') ?? 0) < 0 && now['terminationGracePeriodSeconds'] === 1;
  errors.push(...validateOnlyDeletedGates(now, old, path));
  const graced = graceGoesToOne ? { ...now, terminationGracePeriodSeconds: old['terminationGracePeriodSeconds'] } : now;
  const gated = structs(old, 'schedulingGates').length > 0;
  if (gated) errors.push(...validateGatedPod(now, old, path));
  const munged = gated ? withoutGatedChanges(graced, old) : graced;
  if (semanticEqual(fixed(munged), fixed(old))) return errors;
  const difference = diff(printInternal('PodSpec', old), printInternal('PodSpec', unchanged(munged, old)));
  return [...errors, forbidden(path, `pod updates may not change fields other than ${updatable.join(',')}\n${difference}`)];
}

const validateMetadataUpdate = (obj: KubeObject, old: KubeObject) => [...validateKubeObjectMetaUpdate(obj.metadata, old.metadata, metadata), ...validateMetadataAndSpec(obj), ...validateAnnotationUpdates(obj, old)];

/** Debugging containers come and stay. */
function validateEphemeralContainersUpdate(obj: KubeObject, old: KubeObject): FieldError[] {
  if (old.metadata.annotations?.[mirror] !== undefined) return [forbidden(new Path('[]'), 'static pods do not support ephemeral containers')];
  const at = path.child('ephemeralContainers');
  const now = structs(specOf(obj), 'ephemeralContainers');
  const lost = structs(specOf(old), 'ephemeralContainers').flatMap((before) => {
    const name = text(before, 'name');
    const after = now.find((container) => container['name'] === name);
    if (!after) return [forbidden(at, `existing ephemeral containers ${quote(name)} may not be removed\n`)];
    if (semanticEqual(before, after)) return [];
    const difference = diff(printInternal('EphemeralContainer', before), printInternal('EphemeralContainer', after));
    return [forbidden(at, `existing ephemeral containers ${quote(name)} may not be changed\n${difference}`)];
  });
  return [...validateMetadataUpdate(obj, old), ...lost];
}

export const pod: KindValidation = {
  validate: validateCreate,
  validateUpdate: (obj, old) => [...validateMetadataUpdate(obj, old), ...validateSpecUpdate(specOf(obj), specOf(old))],
  subresources: { status: validatePodStatusUpdate, ephemeralcontainers: validateEphemeralContainersUpdate, resize: validatePodResize },
};
