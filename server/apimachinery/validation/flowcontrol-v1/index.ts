/**
 * The kinds of flowcontrol.apiserver.k8s.io/v1. An update is checked as a create is.
 *
 * Upstream: pkg/apis/flowcontrol/validation/validation.go.
 */
import { struct, structs, text } from '../../access.ts';
import { duplicate, newPath } from '../../field.ts';
import type { FieldError } from '../../field.ts';
import type { KubeObject } from '../../types.ts';
import { Names, eachSliceVal, requireText } from '../checks.ts';
import type { KindValidation } from '../kind-validation.ts';
import { newKind } from '../new-kind.ts';
import { nameIsDNSSubdomain } from '../object-names.ts';
import { validateFlowSchema } from './flow-schema.ts';
import { validatePriorityLevel } from './priority-level.ts';

function validateStatus(obj: KubeObject): FieldError[] {
  const types = new Names();
  return eachSliceVal(structs(struct(obj, 'status'), 'conditions'), newPath('status', 'conditions'), (condition, at) => {
    const type = text(condition, 'type');
    return [...(types.repeats(type) ? [duplicate(at.child('type'), type)] : []), ...requireText(condition, 'type', at)];
  });
}

/** Of a status, not even the metadata is looked at. */
function newKindOf(own: (obj: KubeObject) => FieldError[]): KindValidation {
  const kind = newKind({ namespaced: false, nameFn: nameIsDNSSubdomain, validate: (obj) => [...own(obj), ...validateStatus(obj)], order: ['create'] });
  return { ...kind, subresources: { status: validateStatus } };
}

export const flowcontrolV1: Record<string, KindValidation> = { FlowSchema: newKindOf(validateFlowSchema), PriorityLevelConfiguration: newKindOf(validatePriorityLevel) };
