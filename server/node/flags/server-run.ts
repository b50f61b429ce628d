/**
 * How requests are served.
 *
 * Upstream: k8s.io/apiserver/pkg/server/options/server_run_options.go.
 */
import { z } from 'zod';
import { boolean, count, duration, list, pattern } from './values.ts';

/** Whoever may register a name that contains an allowed one would be let in. */
const isPinned = ({ source }: RegExp) => /\^|\/\//.test(source.replaceAll('\\/', '/')) && /[$:]/.test(source);

const isDirective = (value: string) => value === 'includeSubDomains' || value === 'preload' || /^max-age=[^=]*$/.test(value);

/** Those that can be told either way; all others are as in v1.36. */
const gates = ['AllowUnsafeMalformedObjectDeletion'];

/** `name=true`, apart by commas. */
const featureGates = list.transform((values, ctx) => {
  const given: Record<string, boolean> = {};
  for (const value of values) {
    const [name = '', state = ''] = value.split('=').map((part) => part.trim());
    if (!gates.includes(name)) ctx.addIssue({ code: 'custom', message: `unrecognized feature gate: ${name}` });
    else if (state !== 'true' && state !== 'false') ctx.addIssue({ code: 'custom', message: `${name} must be true or false` });
    given[name] = state === 'true';
  }
  return given;
});

export const serverRunFlags = {
  'feature-gates': featureGates.prefault('').describe('AllowUnsafeMalformedObjectDeletion=true: objects that cannot be read can be deleted.'),
  'cors-allowed-origins': pattern
    .refine((origins) => origins.every(isPinned), 'regular expression does not pin to start/end of host in the origin header')
    .prefault('')
    .describe("Regular expressions of origins that browsers may call from, pinned to start and end: '//example\\.com(:|$)'."),
  'strict-transport-security-directives': list
    .refine((values) => values.every(isDirective), 'allowed values: max-age=expireTime, includeSubDomains, preload')
    .prefault('')
    .describe('Tells browsers to come by HTTPS only: max-age=31536000,includeSubDomains,preload.'),
  'max-requests-inflight': count.prefault('400').describe('Requests that only read, at once; 0 for any number.'),
  'max-mutating-requests-inflight': count.prefault('200').describe('Requests that write, at once; 0 for any number.'),
  'enable-priority-and-fairness': boolean.prefault('true').describe('Whether requests wait for their turn, for as many seats as both limits come to; else they are only counted.'),
  'request-timeout': duration.prefault('1m0s').describe('How long a request may take that is not long-running.'),
  'min-request-timeout': count.prefault('1800').describe('Seconds that a watch lives at least.'),
  'goaway-chance': z
    .string()
    .regex(/^(\d+(\.\d*)?|\.\d+)$/, 'must be a number')
    .transform(Number)
    .refine((value) => value <= 0.02, 'can not be less than 0 or greater than 0.02')
    .prefault('0')
    .describe('Part of the requests that end their HTTP/2 connection, so that clients spread over servers; 0.02 at most.'),
  'livez-grace-period': duration.prefault('0s').describe('How long unfinished post-start hooks do not count against /livez.'),
  'shutdown-delay-duration': duration.prefault('0s').describe('How long the server goes on when it is told to end, while /readyz says that it will.'),
  'shutdown-send-retry-after': boolean.prefault('false').describe('Whether it then still listens until all requests are answered, and answers others 429.'),
  'shutdown-watch-termination-grace-period': duration.prefault('0s').describe('How long the ends of watches are spread over.'),
};
