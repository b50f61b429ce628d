/**
 * The kinds of admissionregistration.k8s.io/v1.
 *
 * Upstream: pkg/apis/admissionregistration/validation/validation.go. MutatingAdmissionPolicies are checked by their schema.
 */
import type { KindValidation } from '../kinds.ts';
import { mutatingAdmissionPolicyBinding, validatingAdmissionPolicyBinding } from './bindings.ts';
import { validatingAdmissionPolicy } from './policies.ts';
import { webhookConfiguration } from './webhooks.ts';

export const admissionregistrationV1: Record<string, KindValidation> = {
  MutatingAdmissionPolicyBinding: mutatingAdmissionPolicyBinding,
  MutatingWebhookConfiguration: webhookConfiguration,
  ValidatingAdmissionPolicy: validatingAdmissionPolicy,
  ValidatingAdmissionPolicyBinding: validatingAdmissionPolicyBinding,
  ValidatingWebhookConfiguration: webhookConfiguration,
};
