/**
 * The kinds of admissionregistration.k8s.io/v1. Leaves out whether expressions compile, and what was valid once and is
 * no longer.
 *
 * Upstream: pkg/apis/admissionregistration/validation/validation.go.
 */
import type { FieldError } from '../../field.ts';
import type { KubeObject } from '../../types.ts';
import type { KindValidation, ValidateUpdateFunc } from '../kind-validation.ts';
import { newKind } from '../new-kind.ts';
import { validateObjectMeta } from '../object-meta.ts';
import { nameIsDNSSubdomain } from '../object-names.ts';
import { validateMutatingBinding, validateValidatingBinding } from './bindings.ts';
import { validateMutatingPolicy } from './mutations.ts';
import { validatePolicyStatus, validateValidatingPolicy } from './policies.ts';
import { validateWebhooks } from './webhooks.ts';

/** An update is checked as a create is. */
const kind = (validate: (obj: KubeObject) => FieldError[], subresources: Record<string, ValidateUpdateFunc> = {}): KindValidation => ({
  ...newKind({ namespaced: false, nameFn: nameIsDNSSubdomain, validateMeta: validateObjectMeta, validate, order: ['create'] }),
  subresources,
});

export const admissionregistrationV1: Record<string, KindValidation> = {
  MutatingAdmissionPolicy: kind(validateMutatingPolicy),
  MutatingAdmissionPolicyBinding: kind(validateMutatingBinding),
  MutatingWebhookConfiguration: kind(validateWebhooks),
  ValidatingAdmissionPolicy: kind(validateValidatingPolicy, { status: validatePolicyStatus }),
  ValidatingAdmissionPolicyBinding: kind(validateValidatingBinding),
  ValidatingWebhookConfiguration: kind(validateWebhooks),
};
