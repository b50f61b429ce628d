/**
 * Claims of storage.
 *
 * Upstream: ValidatePersistentVolumeClaim and its updates of pkg/apis/core/validation/validation.go.
 */
import { isFields, strings, struct, text } from '../../access.ts';
import type { Fields } from '../../access.ts';
import { forbidden, invalid, newPath, notSupported, required } from '../../field.ts';
import type { FieldError, Path } from '../../field.ts';
import { isDNS1123Subdomain } from '../../names.ts';
import { compareQuantity, parseQuantity } from '../../quantity.ts';
import type { KubeObject } from '../../types.ts';
import { check, requireText, semanticEqual, validateImmutableField } from '../checks.ts';
import { diff } from '../internal/diff.ts';
import { printInternal } from '../internal/print.ts';
import { validateLabelSelector } from '../labels.ts';
import { newKind } from '../new-kind.ts';
import { nameIsDNSLabel, nameIsDNSSubdomain } from '../object-names.ts';
import { amountOf, validatePositiveQuantity } from './amounts.ts';
import { validateClaimStatusUpdate } from './claim-status.ts';

const path = newPath('spec');
const betaStorageClass = 'volume.beta.kubernetes.io/storage-class';
const accessModes = ['ReadOnlyMany', 'ReadWriteMany', 'ReadWriteOnce', 'ReadWriteOncePod'];

export function validateAccessModes(modes: string[], at: Path): FieldError[] {
  const errors = modes.filter((mode) => !accessModes.includes(mode)).map((mode) => notSupported(at, mode, accessModes));
  const mixed = modes.includes('ReadWriteOncePod') && modes.some((mode) => mode !== 'ReadWriteOncePod' && accessModes.includes(mode));
  return mixed ? [...errors, forbidden(at, 'may not use ReadWriteOncePod with other access modes')] : errors;
}

export function validateVolumeMode(mode: unknown, at: Path): FieldError[] {
  return mode === undefined || mode === 'Block' || mode === 'Filesystem' ? [] : [notSupported(at, mode, ['Block', 'Filesystem'])];
}

export const validateClassName = (spec: Fields, name: string, at: Path) => (text(spec, name) === '' ? [] : check(nameIsDNSSubdomain(text(spec, name), false), text(spec, name), at.child(name)));

function validateDataSource(source: unknown, at: Path): FieldError[] {
  if (!isFields(source)) return [];
  const [group, kind, namespace] = [text(source, 'apiGroup'), text(source, 'kind'), text(source, 'namespace')];
  return [
    ...requireText(source, 'name', at),
    ...requireText(source, 'kind', at),
    ...(group === '' && kind !== 'PersistentVolumeClaim' ? [invalid(at, kind, "must be 'PersistentVolumeClaim' when referencing the default apiGroup")] : []),
    ...(group === '' ? [] : check(isDNS1123Subdomain(group), group, at.child('apiGroup'))),
    ...(namespace === '' ? [] : check(nameIsDNSLabel(namespace, false), namespace, at.child('namespace'))),
  ];
}

function validateDataSources(spec: Fields, at: Path): FieldError[] {
  const { dataSource, dataSourceRef } = spec;
  const errors = [...validateDataSource(dataSource, at.child('dataSource')), ...validateDataSource(dataSourceRef, at.child('dataSourceRef'))];
  if (!isFields(dataSource) || !isFields(dataSourceRef)) return errors;
  if (text(dataSourceRef, 'namespace') !== '') return [...errors, invalid(at, {}, 'may not be specified when dataSourceRef.namespace is specified')];
  const same = ['apiGroup', 'kind', 'name'].every((name) => text(dataSource, name) === text(dataSourceRef, name));
  return same ? errors : [...errors, invalid(at, {}, 'must match dataSourceRef')];
}

function validateStorage(spec: Fields, at: Path): FieldError[] {
  const storage = amountOf(struct(spec, 'resources'), 'requests', 'storage');
  return storage ? validatePositiveQuantity(storage, at) : [required(at)];
}

export function validateClaimSpec(spec: Fields, at: Path): FieldError[] {
  const modes = strings(spec, 'accessModes');
  return [
    ...(modes.length === 0 ? [required(at.child('accessModes'), 'at least 1 access mode is required')] : []),
    ...(isFields(spec['selector']) ? validateLabelSelector(spec['selector'], at.child('selector')) : []),
    ...validateAccessModes(modes, at.child('accessModes')),
    ...validateStorage(spec, at.child('resources').key('storage')),
    ...validateClassName(spec, 'storageClassName', at),
    ...validateVolumeMode(spec['volumeMode'], at.child('volumeMode')),
    ...validateDataSources(spec, at),
    ...validateClassName(spec, 'volumeAttributesClassName', at),
  ];
}

const annotation = (obj: KubeObject) => obj.metadata.annotations?.[betaStorageClass];

/** The new spec with what may change put back: a volume is bound, a class is set once, bound claims grow. */
function unchanged(obj: KubeObject, old: KubeObject): { before: Fields; now: Fields; annotationMoves: boolean } {
  const [before, now] = [{ ...struct(old, 'spec') }, { ...struct(obj, 'spec') }];
  const [oldClass, newClass] = [before['storageClassName'], now['storageClassName']];
  if (text(before, 'volumeName') === '') before['volumeName'] = now['volumeName'];
  const beta = annotation(old);
  const annotationMoves = beta !== undefined && oldClass === undefined && newClass === beta && [undefined, beta].includes(annotation(obj));
  if (annotationMoves) delete now['storageClassName'];
  else if (newClass !== undefined && oldClass === undefined && [undefined, newClass].includes(beta)) now['storageClassName'] = oldClass;
  if (text(struct(obj, 'status'), 'phase') === 'Bound') {
    const resources = struct(now, 'resources');
    now['resources'] = { ...resources, requests: { ...struct(resources, 'requests'), storage: struct(struct(before, 'resources'), 'requests')['storage'] } };
    now['volumeAttributesClassName'] = before['volumeAttributesClassName'];
  }
  return { before, now, annotationMoves };
}

function validateShrinking(obj: KubeObject, old: KubeObject): FieldError[] {
  const sizeOf = (claim: KubeObject) => amountOf(struct(struct(claim, 'spec'), 'resources'), 'requests', 'storage') ?? parseQuantity('0');
  const have = amountOf(struct(old, 'status'), 'capacity', 'storage') ?? parseQuantity('0');
  const shrinks = compareQuantity(sizeOf(obj), sizeOf(old)) < 0 && compareQuantity(sizeOf(obj), have) <= 0;
  return shrinks ? [forbidden(path.child('resources', 'requests', 'storage'), 'field can not be less than status.capacity')] : [];
}

function validateAttributesClass(obj: KubeObject, old: KubeObject): FieldError[] {
  const [now, before] = [struct(obj, 'spec')['volumeAttributesClassName'], struct(old, 'spec')['volumeAttributesClassName']];
  if (now === before || struct(old, 'status')['currentVolumeAttributesClassName'] === undefined || (now !== undefined && now !== '')) return [];
  const to = now === undefined ? 'nil' : 'empty string';
  return [forbidden(path.child('volumeAttributesClassName'), `update to ${to} is forbidden when status.currentVolumeAttributesClassName is not nil`)];
}

function validateUpdate(obj: KubeObject, old: KubeObject): FieldError[] {
  const errors: FieldError[] = [];
  const { before, now, annotationMoves } = unchanged(obj, old);
  if (!annotationMoves) errors.push(...validateImmutableField(annotation(obj) ?? '', annotation(old) ?? '', newPath('metadata', 'annotations', betaStorageClass)));
  if (!semanticEqual(before, now)) {
    const difference = diff(printInternal('PersistentVolumeClaimSpec', before), printInternal('PersistentVolumeClaimSpec', now));
    errors.push(forbidden(path, `spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims\n${difference}`));
  }
  return [
    ...errors,
    ...validateShrinking(obj, old),
    ...validateImmutableField(struct(obj, 'spec')['volumeMode'], struct(old, 'spec')['volumeMode'], newPath('volumeMode')),
    ...validateAttributesClass(obj, old),
  ];
}

export const persistentVolumeClaim = newKind({
  namespaced: true,
  nameFn: nameIsDNSSubdomain,
  validate: (obj) => validateClaimSpec(struct(obj, 'spec'), path),
  order: ['meta', 'create', 'own'],
  validateUpdate,
  subresources: { status: validateClaimStatusUpdate },
});
