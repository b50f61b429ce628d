/**
 * Metadata: names, namespace, labels, owners, finalizers; and what an update may not change.
 *
 * Upstream: k8s.io/apimachinery/pkg/api/validation/objectmeta.go, pkg/apis/core/validation/validation.go
 * (ValidateObjectMeta, which also knows the standard finalizers).
 */
import { forbidden, invalid, newPath, required, tooLong } from '../field.ts';
import type { FieldError, Path } from '../field.ts';
import { byteLength, isQualifiedName } from '../names.ts';
import { quote } from '../quote.ts';
import { parseGroupVersion } from '../types.ts';
import type { ManagedFieldsEntry, ObjectMeta, OwnerReference } from '../types.ts';
import { check, eachSliceVal, validateImmutableField, validateNonnegativeField } from './checks.ts';
import { validateAnnotations, validateLabels } from './labels.ts';
import { nameIsDNSLabel, nameIsPathSegment } from './object-names.ts';
import type { ValidateNameFunc } from './object-names.ts';

interface ObjectMetaRules {
  namespaced: boolean;
  /** What the kind asks of names; without it only what a path asks of its segments. */
  nameFn?: ValidateNameFunc;
}

const at = (path: Path | string) => (typeof path === 'string' ? newPath(path) : path);

function validateOwnerReference(ref: OwnerReference, path: Path): FieldError[] {
  const errors: FieldError[] = [];
  if (!parseGroupVersion(ref.apiVersion ?? '')?.version) errors.push(invalid(path.child('apiVersion'), ref.apiVersion ?? '', 'version must not be empty'));
  for (const name of ['kind', 'name', 'uid'] as const) {
    if (!ref[name]) errors.push(invalid(path.child(name), ref[name] ?? '', 'must not be empty'));
  }
  if (ref.apiVersion === 'v1' && ref.kind === 'Event') errors.push(invalid(path, asGo(ref), '/v1, Kind=Event is disallowed from being an owner'));
  return errors;
}

/** As it is shown: its fields in the order of the Go struct, which is not that of the schema. */
const asGo = ({ apiVersion, kind, name, uid, ...rest }: OwnerReference) => ({ apiVersion, kind, name, uid, ...rest });

function validateOwnerReferences(refs: OwnerReference[], path: Path): FieldError[] {
  const errors = refs.flatMap((ref) => validateOwnerReference(ref, path));
  const [first, ...others] = refs.filter((ref) => ref.controller === true).map((ref) => `${ref.kind}/${ref.name}`);
  for (const other of others) {
    errors.push(invalid(path, refs.map(asGo), `Only one reference can have Controller set to true. Found "true" in references for ${first} and ${other}`));
  }
  return errors;
}

function validateFinalizers(finalizers: string[], path: Path): FieldError[] {
  const errors = finalizers.flatMap((name) => check(isQualifiedName(name), name, path));
  if (finalizers.includes('orphan') && finalizers.includes('foregroundDeletion')) {
    errors.push(invalid(path, finalizers, 'finalizer orphan and foregroundDeletion cannot be both set'));
  }
  return errors;
}

const maxFieldManager = 128;
const maxSubresourceName = 256;

export function validateFieldManager(manager: string, path: Path): FieldError[] {
  const errors = byteLength(manager) > maxFieldManager ? [tooLong(path, maxFieldManager)] : [];
  // printable is what Go's unicode.IsPrint takes: no control characters, and of spaces only the ASCII one
  for (const { 0: char, index } of manager.matchAll(/(?! )[\p{C}\p{Z}]/gu)) {
    const point = char.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0');
    errors.push(invalid(path, manager, `invalid character U+${point} (at position ${byteLength(manager.slice(0, index))})`));
  }
  return errors;
}

function validateManagedFields(entries: ManagedFieldsEntry[], path: Path): FieldError[] {
  return eachSliceVal(entries, path, (entry, own) => {
    const errors: FieldError[] = [];
    if (entry.operation !== 'Apply' && entry.operation !== 'Update') errors.push(invalid(own.child('operation'), entry.operation ?? '', 'must be `Apply` or `Update`'));
    if (entry.fieldsType && entry.fieldsType !== 'FieldsV1') errors.push(invalid(own.child('fieldsType'), entry.fieldsType, 'must be `FieldsV1`'));
    errors.push(...validateFieldManager(entry.manager ?? '', own.child('manager')));
    if (byteLength(entry.subresource ?? '') > maxSubresourceName) errors.push(tooLong(own.child('subresource'), maxSubresourceName));
    return errors;
  });
}

function validateNames(meta: ObjectMeta, nameFn: ValidateNameFunc, path: Path): FieldError[] {
  const errors = meta.generateName ? check(nameFn(meta.generateName, true), meta.generateName, path.child('generateName')) : [];
  if (!meta.name) return [...errors, required(path.child('name'), 'name or generateName is required')];
  return [...errors, ...check(nameFn(meta.name, false), meta.name, path.child('name'))];
}

function validateNamespace(namespace: string, namespaced: boolean, path: Path): FieldError[] {
  if (!namespaced) return namespace === '' ? [] : [forbidden(path, 'not allowed on this type')];
  return namespace === '' ? [required(path)] : check(nameIsDNSLabel(namespace, false), namespace, path);
}

export function validateObjectMeta(meta: ObjectMeta, { namespaced, nameFn = nameIsPathSegment }: ObjectMetaRules, where: Path | string): FieldError[] {
  const path = at(where);
  return [
    ...validateNames(meta, nameFn, path),
    ...validateNamespace(meta.namespace ?? '', namespaced, path.child('namespace')),
    ...validateNonnegativeField(meta.generation, path.child('generation')),
    ...validateLabels(meta.labels ?? {}, path.child('labels')),
    ...validateAnnotations(meta.annotations ?? {}, path.child('annotations')),
    ...validateOwnerReferences(meta.ownerReferences ?? [], path.child('ownerReferences')),
    ...validateFinalizers(meta.finalizers ?? [], path.child('finalizers')),
    ...validateManagedFields(meta.managedFields ?? [], path.child('managedFields')),
  ];
}

const standardFinalizers = ['kubernetes', 'orphan', 'foregroundDeletion'];

/** As built-in kinds have it: a finalizer without a domain must be one of Kubernetes' own. */
export function validateKubeObjectMeta(meta: ObjectMeta, rules: ObjectMetaRules, path: Path): FieldError[] {
  return [...validateObjectMeta(meta, rules, path), ...validateFinalizerNames(meta, path)];
}

export function validateKubeObjectMetaUpdate(now: ObjectMeta, old: ObjectMeta, path: Path): FieldError[] {
  return [...validateObjectMetaUpdate(now, old, path), ...validateFinalizerNames(now, path)];
}

function validateFinalizerNames({ finalizers = [] }: ObjectMeta, path: Path): FieldError[] {
  return finalizers.flatMap((name, i) => {
    if (name.includes('/') || standardFinalizers.includes(name)) return [];
    return [invalid(path.child('finalizers').index(i), name, 'name is neither a standard finalizer name nor is it fully qualified')];
  });
}

function validateNoNewFinalizers(now: ObjectMeta, old: ObjectMeta, path: Path): FieldError[] {
  if (!old.deletionTimestamp) return [];
  const extra = (now.finalizers ?? []).filter((name) => !old.finalizers?.includes(name)).sort();
  if (extra.length === 0) return [];
  return [forbidden(path, `no new finalizers can be added if the object is being deleted, found new finalizers []string{${extra.map(quote).join(', ')}}`)];
}

export function validateObjectMetaUpdate(now: ObjectMeta, old: ObjectMeta, where: Path | string): FieldError[] {
  const path = at(where);
  const errors = validateNoNewFinalizers(now, old, path.child('finalizers'));
  if (!now.resourceVersion) errors.push(invalid(path.child('resourceVersion'), '', 'must be specified for an update'));
  if ((now.generation ?? 0) < (old.generation ?? 0)) errors.push(invalid(path.child('generation'), now.generation ?? 0, 'must not be decremented'));
  for (const name of ['name', 'namespace', 'uid'] as const) errors.push(...validateImmutableField(now[name] ?? '', old[name] ?? '', path.child(name)));
  for (const name of ['creationTimestamp', 'deletionTimestamp', 'deletionGracePeriodSeconds'] as const) {
    errors.push(...validateImmutableField(now[name], old[name], path.child(name)));
  }
  return [
    ...errors,
    ...validateLabels(now.labels ?? {}, path.child('labels')),
    ...validateAnnotations(now.annotations ?? {}, path.child('annotations')),
    ...validateOwnerReferences(now.ownerReferences ?? [], path.child('ownerReferences')),
    ...validateManagedFields(now.managedFields ?? [], path.child('managedFields')),
  ];
}
