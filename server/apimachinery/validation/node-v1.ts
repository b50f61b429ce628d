/**
 * RuntimeClasses.
 *
 * Upstream: pkg/apis/node/validation/validation.go.
 */
import { isFields, stringMap, structs, struct, text } from '../access.ts';
import type { Fields } from '../access.ts';
import { duplicate, newPath, required } from '../field.ts';
import type { FieldError } from '../field.ts';
import type { KubeObject } from '../types.ts';
import { check, eachSliceVal, validateImmutableField } from './checks.ts';
import { validateTolerations } from './core-v1/tolerations.ts';
import { validateResourceRequirements } from './core-v1/resources.ts';
import { printInternal } from './internal/print.ts';
import type { KindValidation } from './kind-validation.ts';
import { validateLabels } from './labels.ts';
import { newKind } from './new-kind.ts';
import { validateObjectMetaUpdate } from './object-meta.ts';
import { nameIsDNSLabel, nameIsDNSSubdomain } from './object-names.ts';

function validateScheduling(scheduling: Fields): FieldError[] {
  const path = newPath('scheduling');
  const tolerations = structs(scheduling, 'tolerations');
  const keys = tolerations.map((t) => JSON.stringify(['key', 'operator', 'value', 'effect'].map((name) => text(t, name))));
  const repeated = eachSliceVal(tolerations, path.child('tolerations'), (t, at, i) => (keys.indexOf(keys[i] ?? '') < i ? [duplicate(at, printInternal('Toleration', t))] : []));
  return [...validateLabels(stringMap(scheduling, 'nodeSelector'), path.child('nodeSelector')), ...validateTolerations(tolerations, path.child('tolerations')), ...repeated];
}

function validate(obj: KubeObject): FieldError[] {
  const handler = text(obj, 'handler');
  const { overhead, scheduling } = obj;
  return [
    ...(handler === '' ? [required(newPath('handler'))] : check(nameIsDNSLabel(handler, false), handler, newPath('handler'))),
    ...(isFields(overhead) ? validateResourceRequirements({ limits: struct(overhead, 'podFixed') }, [], newPath('overhead')) : []),
    ...(isFields(scheduling) ? validateScheduling(scheduling) : []),
  ];
}

export const nodeV1: Record<string, KindValidation> = {
  RuntimeClass: newKind({ namespaced: false, nameFn: nameIsDNSSubdomain, validate, validateMetaUpdate: validateObjectMetaUpdate, order: ['create', 'meta', 'own'], validateUpdate: (obj, old) => validateImmutableField(text(obj, 'handler'), text(old, 'handler'), newPath('handler')) }),
};
