/**
 * Leases.
 *
 * Upstream: pkg/apis/coordination/validation/validation.go.
 */
import { int, struct, text } from '../access.ts';
import type { Fields } from '../access.ts';
import { forbidden, invalid, newPath, notSupported } from '../field.ts';
import type { FieldError } from '../field.ts';
import { isQualifiedName } from '../names.ts';
import { check, validateNonnegativeField } from './checks.ts';
import type { KindValidation } from './kind-validation.ts';
import { newKind } from './new-kind.ts';
import { validateObjectMeta, validateObjectMetaUpdate } from './object-meta.ts';
import { nameIsDNSSubdomain } from './object-names.ts';

const ownStrategies = ['OldestEmulationVersion'];

function validateStrategy(strategy: string): FieldError[] {
  // upstream appends the field's name twice
  const path = newPath('spec', 'strategy', 'strategy');
  if (strategy.includes('/')) return check(isQualifiedName(strategy), strategy, path);
  return ownStrategies.includes(strategy) ? [] : [notSupported(path, strategy, ownStrategies)];
}

function validateLeaseSpec(spec: Fields): FieldError[] {
  const path = newPath('spec');
  const errors: FieldError[] = [];
  const duration = int(spec, 'leaseDurationSeconds');
  if (duration !== undefined && duration <= 0) errors.push(invalid(path.child('leaseDurationSeconds'), duration, 'must be greater than 0'));
  errors.push(...validateNonnegativeField(int(spec, 'leaseTransitions'), path.child('leaseTransitions')));
  if (typeof spec['strategy'] === 'string') errors.push(...validateStrategy(spec['strategy']));
  if (text(spec, 'preferredHolder') && !text(spec, 'strategy')) errors.push(forbidden(path.child('preferredHolder'), 'may only be specified if `strategy` is defined'));
  return errors;
}

export const coordinationV1: Record<string, KindValidation> = {
  Lease: newKind({ namespaced: true, nameFn: nameIsDNSSubdomain, validate: (obj) => validateLeaseSpec(struct(obj, 'spec')), validateMeta: validateObjectMeta, validateMetaUpdate: validateObjectMetaUpdate }),
};
