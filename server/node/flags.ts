/**
 * The flags of a stage: kube-apiserver's, by name and meaning, and a few of our own.
 *
 * Upstream: cmd/kube-apiserver/app/options.
 */
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { admissionFlags } from './flags/admission.ts';
import { auditFlags } from './flags/audit.ts';
import { authenticationFlags } from './flags/authentication.ts';
import { authorizationFlags } from './flags/authorization.ts';
import { etcdFlags } from './flags/etcd.ts';
import { ownFlags } from './flags/own.ts';
import { secureServingFlags } from './flags/secure-serving.ts';
import { serverRunFlags } from './flags/server-run.ts';
import { UsageError } from './usage-error.ts';

/** Each flag with its default; one without is left out unless it is given. */
const flags = z.object({
  ...secureServingFlags,
  ...authenticationFlags,
  ...authorizationFlags,
  ...admissionFlags,
  ...auditFlags,
  ...etcdFlags,
  ...serverRunFlags,
  ...ownFlags,
});

export type Flags = z.output<typeof flags>;

/** Throws a UsageError of one line for an unknown flag or a bad value. */
export function parseFlags(args: string[]): Flags {
  const names = Object.keys(flags.shape);
  const options = Object.fromEntries(names.map((name) => [name, { type: 'string' as const, multiple: accepts(name, []) }]));
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
  const full = args.map((arg) => (arg.startsWith('-') && isBoolean(arg.slice(2)) ? `${arg}=true` : arg));
  try {
    return parseArgs({ args: full, options, allowPositionals: false }).values;
  } catch (err) {
    throw new UsageError((err instanceof Error ? err.message : String(err)).split('\n', 1)[0]);
  }
}

function accepts(name: string, value: unknown): boolean {
  return name in flags.shape && flags.shape[name as keyof Flags].safeParse(value).success;
}

function isBoolean(name: string): boolean {
  return accepts(name, 'true') && !accepts(name, 'neither');
}

export function flagsHelp(): string {
  return Object.entries(flags.shape).map(([name, schema]) => `  --${name.padEnd(46)}${schema.description ?? ''}`).join('\n');
}
