/**
 * Service accounts, of which only the metadata is looked at.
 *
 * Upstream: ValidateServiceAccount and ValidateServiceAccountUpdate of pkg/apis/core/validation/validation.go.
 */
import { newKind } from '../new-kind.ts';
import { nameIsDNSSubdomain } from '../object-names.ts';

export const serviceAccount = newKind({ namespaced: true, nameFn: nameIsDNSSubdomain, validate: () => [], order: ['meta', 'create'] });
