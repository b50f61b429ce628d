/**
 * What is wrong with the flags of audit.
 *
 * Upstream: the Validate methods of k8s.io/apiserver/pkg/server/options/audit.go.
 */
import { quote } from '../apimachinery/quote.ts';
import { parseGroupVersion } from '../apimachinery/types.ts';
import { GROUP_VERSION } from '../audit/encode.ts';
import { FORMATS } from '../audit/log.ts';
import { MODES } from '../audit/modes.ts';
import type { Flags } from './flags.ts';

/** Of a backend that is not used nothing is wrong. */
export function validateAuditFlags(flags: Flags): string[] {
  return [
    ...(flags['audit-log-path'] ? [...validateBackend('log', flags), ...validateLog(flags)] : []),
    ...(flags['audit-webhook-config-file'] ? validateBackend('webhook', flags) : []),
  ];
}

function validateBackend(name: 'log' | 'webhook', flags: Flags): string[] {
  return [batchError(name, flags), truncateError(name, flags), versionError(flags[`audit-${name}-version`])].filter((error) => error !== undefined);
}

function batchError(name: 'log' | 'webhook', flags: Flags): string | undefined {
  const mode = flags[`audit-${name}-mode`];
  const modes: readonly string[] = MODES;
  if (!modes.includes(mode)) return `invalid audit ${name} mode ${mode}, allowed modes are ${quote(modes.join(','))}`;
  if (mode !== 'batch') return undefined;
  const throttled = flags[`audit-${name}-batch-throttle-enable`];
  const positive: [what: string, value: number][] = [
    ['buffer size', flags[`audit-${name}-batch-buffer-size`]],
    ['max batch size', flags[`audit-${name}-batch-max-size`]],
    ...(throttled ? [['throttle QPS', flags[`audit-${name}-batch-throttle-qps`]], ['throttle burst', flags[`audit-${name}-batch-throttle-burst`]]] satisfies [string, number][] : []),
  ];
  const wrong = positive.find(([, value]) => value <= 0);
  return wrong && `invalid audit batch ${name} ${wrong[0]} ${wrong[1]}, must be a positive number`;
}

function truncateError(name: 'log' | 'webhook', flags: Flags): string | undefined {
  const [event, batch] = [flags[`audit-${name}-truncate-max-event-size`], flags[`audit-${name}-truncate-max-batch-size`]];
  if (event <= 0) return `invalid audit truncate ${name} max event size ${event}, must be a positive number`;
  return batch < event ? `invalid audit truncate ${name} max batch size ${batch}, must be greater than max event size (${event})` : undefined;
}

function versionError(version: string): string | undefined {
  if (!parseGroupVersion(version)) return `unexpected GroupVersion string: ${version}`;
  return version === GROUP_VERSION ? undefined : `invalid group version, allowed versions are [${quote(GROUP_VERSION)}]`;
}

function validateLog(flags: Flags): string[] {
  const format = flags['audit-log-format'];
  const formats: readonly string[] = FORMATS;
  return [
    ...(formats.includes(format) ? [] : [`invalid audit log format ${format}, allowed formats are ${quote(formats.join(','))}`]),
    ...(['audit-log-maxage', 'audit-log-maxbackup', 'audit-log-maxsize'] as const).filter((flag) => flags[flag] < 0).map((flag) => `--${flag} ${flags[flag]} can't be a negative number`),
  ];
}
