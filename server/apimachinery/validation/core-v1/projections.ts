/**
 * Files that tell of the pod, and volumes that gather files from several places.
 *
 * Upstream: validateDownwardAPIVolumeSource, validateProjectedVolumeSource and validateProjectionSources of
 * pkg/apis/core/validation/validation.go. Leaves out trust bundles and pod certificates, which a server drops by default.
 */
import { int, isFields, struct, structs, text } from '../../access.ts';
import type { Fields } from '../../access.ts';
import { forbidden, invalid, required } from '../../field.ts';
import type { FieldError, Path } from '../../field.ts';
import { Names, eachSliceVal, requireText } from '../checks.ts';
import { inVolume, validateFieldRef, validateResourceFieldRef } from './field-refs.ts';
import { validateFileMode, validateKeyToPath, validateLocalNonReservedPath } from './paths.ts';

function validateDownwardFile(file: Fields, path: Path): FieldError[] {
  const { fieldRef, resourceFieldRef } = file;
  const errors = [...requireText(file, 'path', path), ...validateLocalNonReservedPath(text(file, 'path'), path.child('path'))];
  if (isFields(fieldRef)) {
    errors.push(...validateFieldRef(fieldRef, inVolume, path.child('fieldRef')));
    if (isFields(resourceFieldRef)) errors.push(invalid(path, 'resource', 'fieldRef and resourceFieldRef can not be specified simultaneously'));
  } else if (isFields(resourceFieldRef)) {
    errors.push(...validateResourceFieldRef(resourceFieldRef, path.child('resourceFieldRef'), true));
  } else {
    errors.push(required(path, 'one of fieldRef and resourceFieldRef is required'));
  }
  return [...errors, ...validateFileMode(file['mode'], path.child('mode'))];
}

export function validateDownwardAPI(source: Fields, path: Path): FieldError[] {
  return [...validateFileMode(source['defaultMode'], path.child('defaultMode')), ...structs(source, 'items').flatMap((file) => validateDownwardFile(file, path))];
}

function validateToken(token: Fields, volume: Path, path: Path): FieldError[] {
  const [seconds, to] = [int(token, 'expirationSeconds') ?? 0, text(token, 'path')];
  const at = path.child('expirationSeconds');
  return [
    ...(seconds < 600 ? [invalid(at, seconds, 'may not specify a duration less than 10 minutes')] : []),
    ...(seconds > 2 ** 32 ? [invalid(at, seconds, 'may not specify a duration larger than 2^32 seconds')] : []),
    ...(to === '' ? [required(volume.child('path'))] : validateLocalNonReservedPath(to, volume.child('path'))),
  ];
}

/** No two files may lie in the same place, wherever they come from. */
function validateProjection(source: Fields, paths: Names, volume: Path, at: Path): FieldError[] {
  const twice = (file: Fields, shown: string) => (paths.repeats(text(file, 'path')) ? [invalid(volume, shown, 'conflicting duplicate paths')] : []);
  const errors: FieldError[] = [];
  for (const kind of ['secret', 'configMap']) {
    const from = source[kind];
    if (!isFields(from)) continue;
    const own = at.child(kind);
    errors.push(...requireText(from, 'name', own));
    structs(from, 'items').forEach((item, i) => errors.push(...validateKeyToPath(item, own.child('items').index(i)), ...twice(item, text(from, 'name'))));
  }
  for (const file of structs(struct(source, 'downwardAPI'), 'items')) errors.push(...validateDownwardFile(file, at.child('downwardAPI')), ...twice(file, text(file, 'path')));
  const token = source['serviceAccountToken'];
  if (isFields(token)) errors.push(...validateToken(token, volume, at.child('serviceAccountToken')));
  const many = Object.values(source).filter(isFields).length > 1;
  return many ? [...errors, forbidden(at, 'may not specify more than 1 volume type per source')] : errors;
}

export function validateProjected(source: Fields, path: Path): FieldError[] {
  const paths = new Names();
  return [
    ...validateFileMode(source['defaultMode'], path.child('defaultMode')),
    ...eachSliceVal(structs(source, 'sources'), path.child('sources'), (projection, at) => validateProjection(projection, paths, path, at)),
  ];
}
