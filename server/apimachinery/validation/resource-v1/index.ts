/**
 * The kinds of resource.k8s.io/v1. Leaves out that administrative access needs a labelled namespace, and the permissions
 * that a status asks for beside its own.
 *
 * Upstream: pkg/apis/resource/validation/validation.go.
 */
import { stringMap, struct, structs, text } from '../../access.ts';
import { forbidden, invalid, newPath } from '../../field.ts';
import type { FieldError } from '../../field.ts';
import type { KubeObject } from '../../types.ts';
import { fieldImmutable, semanticEqual } from '../checks.ts';
import { isExtendedResourceName } from '../core-v1/resource-names.ts';
import { printInternal } from '../internal/print.ts';
import type { KindValidation } from '../kind-validation.ts';
import { validateAnnotations, validateLabels } from '../labels.ts';
import { newKind } from '../new-kind.ts';
import { nameIsDNSSubdomain } from '../object-names.ts';
import { validateClaimSpec } from './claims.ts';
import { validateConfiguration, validateSelectors, validateSlice } from './shared.ts';
import { resourceSlice } from './slices.ts';
import { validateClaimStatus } from './status.ts';

const path = newPath('spec');

const claim = newKind({
  namespaced: true,
  nameFn: nameIsDNSSubdomain,
  validate: (obj) => validateClaimSpec(struct(obj, 'spec'), path),
  order: ['createMeta', 'meta', 'own'],
  validateUpdate: (obj, old) => (semanticEqual(obj['spec'], old['spec']) ? [] : [invalid(path, printInternal('ResourceClaimSpec', obj['spec']), fieldImmutable)]),
  subresources: { status: validateClaimStatus },
});

function validateTemplate(obj: KubeObject): FieldError[] {
  const spec = struct(obj, 'spec');
  const [meta, at] = [struct(spec, 'metadata'), path.child('metadata')];
  const others = Object.keys(meta).filter((name) => name !== 'labels' && name !== 'annotations' && meta[name] !== null);
  return [
    ...validateAnnotations(stringMap(meta, 'annotations'), at.child('annotations')),
    ...validateLabels(stringMap(meta, 'labels'), at.child('labels')),
    ...others.map((name) => forbidden(at.child(name), 'cannot be set')),
    ...validateClaimSpec(struct(spec, 'spec'), path.child('spec')),
  ];
}

const printedTemplate = (spec: unknown) => {
  const { metadata: meta = {}, spec: claimed } = struct({ spec }, 'spec');
  return { ...struct({ meta }, 'meta'), Spec: printInternal('ResourceClaimSpec', claimed) };
};

const template = newKind({
  namespaced: true,
  nameFn: nameIsDNSSubdomain,
  validate: validateTemplate,
  order: ['create', 'meta', 'own'],
  validateUpdate: (obj, old) => (semanticEqual(obj['spec'], old['spec']) ? [] : [invalid(path, printedTemplate(obj['spec']), fieldImmutable)]),
});

function validateClass(obj: KubeObject): FieldError[] {
  const spec = struct(obj, 'spec');
  const name = text(spec, 'extendedResourceName');
  return [
    ...validateSelectors(spec, path),
    ...validateSlice(structs(spec, 'config'), 32, validateConfiguration, path.child('config')),
    ...(spec['extendedResourceName'] === undefined || isExtendedResourceName(name) ? [] : [invalid(path.child('extendedResourceName'), name, 'must be a valid extended resource name')]),
  ];
}

export const resourceV1: Record<string, KindValidation> = {
  DeviceClass: newKind({ namespaced: false, nameFn: nameIsDNSSubdomain, validate: validateClass, order: ['create', 'meta'] }),
  ResourceClaim: claim,
  ResourceClaimTemplate: template,
  ResourceSlice: resourceSlice,
};
