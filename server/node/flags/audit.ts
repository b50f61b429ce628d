/**
 * What is written down of requests.
 *
 * Upstream: k8s.io/apiserver/pkg/server/options/audit.go.
 */
import { z } from 'zod';

export const auditFlags = {
  'audit-log-path': z.string().optional().describe('File that gets one line of JSON for each audit event; - is standard output.'),
};
