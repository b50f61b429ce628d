/**
 * How requests are served.
 *
 * Upstream: k8s.io/apiserver/pkg/server/options/server_run_options.go.
 */
import { count, duration, pattern } from './values.ts';

export const serverRunFlags = {
  'cors-allowed-origins': pattern.prefault('').describe('Regular expressions of origins that browsers may call from.'),
  'max-requests-inflight': count.prefault('400').describe('Requests that only read, at once; 0 for any number.'),
  'max-mutating-requests-inflight': count.prefault('200').describe('Requests that write, at once; 0 for any number.'),
  'request-timeout': duration.prefault('1m0s').describe('How long a request may take that is not long-running.'),
  'min-request-timeout': count.prefault('1800').describe('Seconds that a watch lives at least.'),
};
