/**
 * The flags of a stage: kube-apiserver's, by name and meaning, and a few of our own.
 *
 * Upstream: cmd/kube-apiserver/app/options and k8s.io/apiserver/pkg/server/options. Durations are Go's (`1m30s`).
 */
import { isIPv4 } from 'node:net';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { UsageError } from './usage-error.ts';

const count = z.string().regex(/^\d{1,9}$/, 'must be a whole number').transform(Number);
const port = count.refine((value) => value <= 65535, 'must be a port, at most 65535');
const boolean = z.enum(['true', 'false']).transform((value) => value === 'true');
const list = z.string().transform((value) => value.split(',').filter(Boolean));
/** Flags that may be given several times. */
const REPEATED = ['service-account-issuer', 'service-account-key-file'];
const repeated = z.array(z.string().min(1, 'must not be empty')).default([]);
const duration = z.string().transform((value, ctx) => {
  const milliseconds = parseDuration(value);
  if (milliseconds === undefined) ctx.addIssue({ code: 'custom', message: 'must be a duration such as 30s or 1m30s' });
  return milliseconds ?? 0;
});
const pattern = z.string().transform((value, ctx) => {
  try {
    return value.split(',').filter(Boolean).map((source) => new RegExp(source));
  } catch {
    ctx.addIssue({ code: 'custom', message: 'must be regular expressions, separated by commas' });
    return [];
  }
});

/** Each flag with its default; one without is left out unless it is given. */
const flags = z.object({
  'secure-port': port.prefault('6443').describe('Port of HTTPS; 0 takes a free one.'),
  'bind-address': z.string().default('127.0.0.1').describe('Address to listen on.'),
  'advertise-address': z.string().refine((value) => isIPv4(value), 'must be an IPv4 address').optional().describe('Address by which others reach the server; without it, that of --bind-address.'),
  'cert-dir': z.string().default('.journey/certs').describe('Where the self-made CA, certificates and tokens are kept.'),
  'tls-cert-file': z.string().optional().describe('Certificate to serve, instead of a self-made one.'),
  'tls-private-key-file': z.string().optional().describe('Key of --tls-cert-file.'),
  'token-auth-file': z.string().optional().describe('CSV file of tokens: token,user,uid,"group1,group2".'),
  'client-ca-file': z.string().optional().describe('Authorities of client certificates; without it one is made and kept.'),
  'requestheader-client-ca-file': z.string().optional().describe('Authorities of front proxies, which name users in headers.'),
  'requestheader-allowed-names': list.prefault('').describe('Common names of front proxies; without any, all may.'),
  'requestheader-username-headers': list.prefault('').describe('Headers that name the user: X-Remote-User.'),
  'requestheader-uid-headers': list.prefault('').describe('Headers that name its uid: X-Remote-Uid.'),
  'requestheader-group-headers': list.prefault('').describe('Headers that name its groups: X-Remote-Group.'),
  'requestheader-extra-headers-prefix': list.prefault('').describe('What headers start with that say more: X-Remote-Extra-.'),
  'authentication-token-webhook-config-file': z.string().optional().describe('kubeconfig of a webhook that says whose a token is.'),
  'authentication-token-webhook-version': z.string().default('v1beta1').describe('Version of the TokenReview that it is sent: v1 or v1beta1.'),
  'authentication-token-webhook-cache-ttl': duration.prefault('2m0s').describe('How long its answers are remembered.'),
  'authentication-config': z.string().optional().describe('AuthenticationConfiguration: who may come in without a name.'),
  'anonymous-auth': boolean.optional().describe('Whether requests without credentials are those of system:anonymous; true unless given.'),
  'authorization-mode': z.string().transform((value) => (value === '' ? [] : value.split(','))).optional().describe('Who says what users may do, in order: RBAC (if nothing is said), Node, ABAC, Webhook, AlwaysAllow, AlwaysDeny.'),
  'authorization-policy-file': z.string().optional().describe('Policies of ABAC, one line of JSON each.'),
  'authorization-webhook-config-file': z.string().optional().describe('kubeconfig of a webhook that says what users may do.'),
  'authorization-webhook-version': z.string().optional().describe('Version of the SubjectAccessReview that it is sent: v1 or v1beta1 (if nothing is said).'),
  'authorization-webhook-cache-authorized-ttl': duration.optional().describe('How long its permissions are remembered; 5m0s if nothing is said.'),
  'authorization-webhook-cache-unauthorized-ttl': duration.optional().describe('How long its refusals are remembered; 30s if nothing is said.'),
  'authorization-config': z.string().optional().describe('AuthorizationConfiguration, instead of the other flags of authorization.'),
  'service-account-issuer': repeated.describe('Who issues tokens to service accounts; of several the first, and all are believed.'),
  'service-account-key-file': repeated.describe('PEM file of keys that tokens of service accounts are verified with.'),
  'service-account-signing-key-file': z.string().optional().describe('PEM file of the key that signs them; without it one is made and kept.'),
  'service-account-max-token-expiration': duration.prefault('0s').describe('How long a token may be good; 0s for any time.'),
  'api-audiences': list.prefault('').describe('Whom tokens must be meant for; without any, the issuers.'),
  'cors-allowed-origins': pattern.prefault('').describe('Regular expressions of origins that browsers may call from.'),
  'audit-log-path': z.string().optional().describe('File that gets one line of JSON for each audit event; - is standard output.'),
  'etcd-servers': list.prefault('').describe('Addresses of etcd; without any, one is embedded.'),
  'etcd-cafile': z.string().optional().describe('CA of etcd.'),
  'etcd-certfile': z.string().optional().describe('Client certificate for etcd.'),
  'etcd-keyfile': z.string().optional().describe('Key of --etcd-certfile.'),
  'etcd-prefix': z.string().default('/registry').describe('What all keys in etcd start with.'),
  'max-requests-inflight': count.prefault('400').describe('Requests that only read, at once; 0 for any number.'),
  'max-mutating-requests-inflight': count.prefault('200').describe('Requests that write, at once; 0 for any number.'),
  'request-timeout': duration.prefault('1m0s').describe('How long a request may take that is not long-running.'),
  'min-request-timeout': count.prefault('1800').describe('Seconds that a watch lives at least.'),
  'kubeconfig-out': z.string().optional().describe('Where to write the kubeconfig.'),
  'lab-port': port.prefault('0').describe('Port of the lab, plain HTTP on loopback; 0 takes a free one.'),
});

export type Flags = z.output<typeof flags>;

/** Throws a UsageError of one line for an unknown flag or a bad value. */
export function parseFlags(args: string[]): Flags {
  const names = Object.keys(flags.shape);
  const options = Object.fromEntries(names.map((name) => [name, { type: 'string' as const, multiple: REPEATED.includes(name) }]));
  const result = flags.safeParse(rawValues(args, options));
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  const flag = String(issue?.path[0]);
  throw new UsageError(`invalid value for --${flag}: ${issue?.message ?? 'not allowed'}`);
}

function rawValues(args: string[], options: Record<string, { type: 'string' }>): Record<string, unknown> {
  const unknown = args.map((arg) => arg.split('=', 1)[0]!).find((arg) => arg.startsWith('-') && !(arg.slice(2) in options));
  if (unknown !== undefined) throw new UsageError(`unknown flag: ${unknown} (npm run stage -- --help lists them)`);
  // as in Go, a flag that is true or false may stand alone
  const full = args.map((arg) => (arg === '--anonymous-auth' ? `${arg}=true` : arg));
  try {
    return parseArgs({ args: full, options, allowPositionals: false }).values;
  } catch (err) {
    throw new UsageError((err instanceof Error ? err.message : String(err)).split('\n', 1)[0]);
  }
}

export function flagsHelp(): string {
  return Object.entries(flags.shape).map(([name, schema]) => `  --${name.padEnd(46)}${schema.description ?? ''}`).join('\n');
}

const UNITS: Record<string, number> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

function parseDuration(text: string): number | undefined {
  if (!/^(\d+(\.\d+)?(ms|s|m|h))+$/.test(text)) return undefined;
  return [...text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h)/g)].reduce((sum, [, amount, unit]) => sum + Number(amount) * UNITS[unit!]!, 0);
}
