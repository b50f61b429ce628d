/**
 * Which plugins writes meet.
 *
 * Upstream: k8s.io/apiserver/pkg/server/options/admission.go. Leaves out --admission-control, which upstream deprecates.
 */
import { list } from './values.ts';

export const admissionFlags = {
  'enable-admission-plugins': list.prefault('').describe('Plugins of admission that are on besides those that are by default: NodeRestriction.'),
  'disable-admission-plugins': list.prefault('').describe('Plugins of admission that are off although they are on by default.'),
};
