/**
 * What users may do.
 *
 * Upstream: pkg/kubeapiserver/options/authorization.go.
 */
import { z } from 'zod';
import { duration } from './values.ts';

export const authorizationFlags = {
  'authorization-mode': z.string().transform((value) => (value === '' ? [] : value.split(','))).optional().describe('Who says what users may do, in order: RBAC (if nothing is said), Node, ABAC, Webhook, AlwaysAllow, AlwaysDeny.'),
  'authorization-policy-file': z.string().optional().describe('Policies of ABAC, one line of JSON each.'),
  'authorization-webhook-config-file': z.string().optional().describe('kubeconfig of a webhook that says what users may do.'),
  'authorization-webhook-version': z.string().optional().describe('Version of the SubjectAccessReview that it is sent: v1 or v1beta1 (if nothing is said).'),
  'authorization-webhook-cache-authorized-ttl': duration.optional().describe('How long its permissions are remembered; 5m0s if nothing is said.'),
  'authorization-webhook-cache-unauthorized-ttl': duration.optional().describe('How long its refusals are remembered; 30s if nothing is said.'),
  'authorization-config': z.string().optional().describe('AuthorizationConfiguration, instead of the other flags of authorization.'),
};
