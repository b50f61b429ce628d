/**
 * Paths of files in volumes, and their modes.
 *
 * Upstream: validateLocalDescendingPath, validatePathNoBacksteps, ValidateLocalNonReservedPath, validateKeyToPath of
 * pkg/apis/core/validation/validation.go.
 */
import { text } from '../../access.ts';
import type { Fields } from '../../access.ts';
import { invalid } from '../../field.ts';
import type { FieldError, Path } from '../../field.ts';
import { eachSliceVal, requireText } from '../checks.ts';

export function validatePathNoBacksteps(value: string, path: Path): FieldError[] {
  return value.split('/').includes('..') ? [invalid(path, value, "must not contain '..'")] : [];
}

export function validateLocalDescendingPath(value: string, path: Path): FieldError[] {
  return [...(value.startsWith('/') ? [invalid(path, value, 'must be a relative path')] : []), ...validatePathNoBacksteps(value, path)];
}

/** Names that begin with two dots are the kubelet's. */
export function validateLocalNonReservedPath(value: string, path: Path): FieldError[] {
  const reserved = value.startsWith('..') && !value.startsWith('../');
  return [...validateLocalDescendingPath(value, path), ...(reserved ? [invalid(path, value, "must not start with '..'")] : [])];
}

export function validateFileMode(mode: unknown, path: Path): FieldError[] {
  return typeof mode === 'number' && (mode < 0 || mode > 0o777) ? [invalid(path, mode, 'must be a number between 0 and 0777 (octal), both inclusive')] : [];
}

export function validateKeyToPath(item: Fields, path: Path): FieldError[] {
  return [
    ...requireText(item, 'key', path),
    ...requireText(item, 'path', path),
    ...validateLocalNonReservedPath(text(item, 'path'), path.child('path')),
    ...validateFileMode(item['mode'], path.child('mode')),
  ];
}

export const validateKeysToPaths = (items: Fields[], path: Path) => eachSliceVal(items, path, validateKeyToPath);
