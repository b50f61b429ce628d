/**
 * Where containers mount the volumes of their pod, and as what devices they see them.
 *
 * Upstream: ValidateVolumeMounts, validateMountPropagation, validateMountRecursiveReadOnly, ValidateVolumeDevices of
 * pkg/apis/core/validation/validation.go.
 */
import { isFields, struct, structs, text, texts } from '../../access.ts';
import type { Fields } from '../../access.ts';
import { forbidden, invalid, notFound, notSupported } from '../../field.ts';
import type { FieldError, Path } from '../../field.ts';
import { Names, eachSliceVal, requireText } from '../checks.ts';
import { validateLocalDescendingPath, validatePathNoBacksteps } from './paths.ts';

const propagations = ['Bidirectional', 'HostToContainer', 'None'];

function validatePropagation(mode: unknown, container: Fields, path: Path): FieldError[] {
  if (mode === undefined) return [];
  const errors = propagations.includes(String(mode)) ? [] : [notSupported(path, mode, propagations)];
  const privileged = struct(container, 'securityContext')['privileged'] === true;
  return mode === 'Bidirectional' && !privileged ? [...errors, forbidden(path, 'Bidirectional mount propagation is available only to privileged containers')] : errors;
}

function validateRecursive(mount: Fields, path: Path): FieldError[] {
  const { recursiveReadOnly: mode, mountPropagation } = mount;
  if (mode === undefined || mode === 'Disabled') return [];
  if (mode !== 'Enabled' && mode !== 'IfPossible') return [notSupported(path, mode, ['Disabled', 'Enabled', 'IfPossible'])];
  return [
    ...(mount['readOnly'] === true ? [] : [forbidden(path, 'may only be specified when readOnly is true')]),
    ...(mountPropagation === undefined || mountPropagation === 'None' ? [] : [forbidden(path, 'may only be specified when mountPropagation is None or not specified')]),
  ];
}

export function validateVolumeMounts(container: Fields, volumes: ReadonlyMap<string, Fields>, path: Path): FieldError[] {
  const paths = new Set<string>();
  const devices = structs(container, 'volumeDevices');
  return eachSliceVal(structs(container, 'volumeMounts'), path, (mount, at) => {
    const [name, mountPath, subPath, subPathExpr] = texts(mount, 'name', 'mountPath', 'subPath', 'subPathExpr');
    const errors = requireText(mount, 'name', at);
    if (!volumes.has(name)) errors.push(notFound(at.child('name'), name));
    errors.push(...requireText(mount, 'mountPath', at));
    if (paths.has(mountPath)) errors.push(invalid(at.child('mountPath'), mountPath, 'must be unique'));
    paths.add(mountPath);
    if (devices.some((d) => d['name'] === name)) errors.push(invalid(at.child('name'), name, 'must not already exist in volumeDevices'));
    if (devices.some((d) => d['devicePath'] === mountPath)) errors.push(invalid(at.child('mountPath'), mountPath, 'must not already exist as a path in volumeDevices'));
    if (subPath !== '') errors.push(...validateLocalDescendingPath(subPath, path.child('subPath')));
    if (subPathExpr !== '') {
      if (subPath !== '') errors.push(invalid(at.child('subPathExpr'), subPathExpr, 'subPathExpr and subPath are mutually exclusive'));
      errors.push(...validateLocalDescendingPath(subPathExpr, path.child('subPathExpr')));
    }
    return [...errors, ...validatePropagation(mount['mountPropagation'], container, path.child('mountPropagation')), ...validateRecursive(mount, path.child('recursiveReadOnly'))];
  });
}

const blockSources = ['persistentVolumeClaim', 'ephemeral'];

export function validateVolumeDevices(container: Fields, volumes: ReadonlyMap<string, Fields>, path: Path): FieldError[] {
  const [names, paths] = [new Names(), new Set<string>()];
  const mounts = structs(container, 'volumeMounts');
  return eachSliceVal(structs(container, 'volumeDevices'), path, (device, at) => {
    const [name, to] = [text(device, 'name'), text(device, 'devicePath')];
    const volume = volumes.get(name);
    const errors = requireText(device, 'name', at);
    if (names.repeats(name)) errors.push(invalid(at.child('name'), name, 'must be unique'));
    if (volume && !blockSources.some((source) => isFields(volume[source]))) errors.push(invalid(at.child('name'), name, 'can only use volume source type of PersistentVolumeClaim or Ephemeral for block mode'));
    if (!volume) errors.push(notFound(at.child('name'), name));
    errors.push(...requireText(device, 'devicePath', at));
    if (paths.has(to)) errors.push(invalid(at.child('devicePath'), to, 'must be unique'));
    if (validatePathNoBacksteps(to, at).length > 0) errors.push(invalid(at.child('devicePath'), to, "can not contain backsteps ('..')"));
    else paths.add(to);
    if (mounts.some((m) => m['name'] === name)) errors.push(invalid(at.child('name'), name, 'must not already exist in volumeMounts'));
    if (mounts.some((m) => m['mountPath'] === to)) errors.push(invalid(at.child('devicePath'), to, 'must not already exist as a path in volumeMounts'));
    return errors;
  });
}
