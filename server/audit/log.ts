/**
 * A line for each event.
 *
 * Upstream: k8s.io/apiserver/plugin/pkg/audit/log/backend.go.
 */
import type { Logger } from '../observe/logger.ts';
import { encodeEvent } from './encode.ts';
import type { AuditEvent } from './event.ts';
import { eventString } from './format.ts';
import { handlePluginError } from './plugin-error.ts';
import type { Backend } from './types.ts';

export const FORMATS = ['legacy', 'json'] as const;

/** Where lines go; throws where they cannot. */
export interface Writer {
  write(line: string): void;
  /** Resolves when all is written. */
  close(): Promise<void>;
}

export function newLogBackend(writer: Writer, format: (typeof FORMATS)[number], log: Logger): Backend {
  const lineOf = format === 'legacy' ? eventString : encodeEvent;
  const logEvent = (event: AuditEvent): boolean => {
    try {
      writer.write(`${lineOf(event)}\n`);
      return true;
    } catch (err) {
      handlePluginError(log, 'log', err, [event]);
      return false;
    }
  };
  return {
    processEvents: (...events) => events.map(logEvent).every(Boolean),
    shutdown: () => writer.close(),
  };
}
