/** From flags to how objects lie encrypted. */
import type { HealthChecker } from '../mux/health.ts';
import type { Logger } from '../observe/logger.ts';
import type { ServerConfig } from '../stages/stage.ts';
import { loadEncryptionConfig } from './encryption-config.ts';
import { followEncryptionConfig } from './encryption-reload.ts';
import type { Flags } from './flags.ts';
import { UsageError } from './usage-error.ts';

/** A file that may change may come to name a KMS, upstream; so the check is always there. */
const kmsProviders: HealthChecker = { name: 'kms-providers', check() {} };

export async function encryptionFromFlags(flags: Flags, log: Logger): Promise<Partial<ServerConfig>> {
  const { 'encryption-provider-config': file, 'encryption-provider-config-automatic-reload': reloads } = flags;
  if (file === undefined) {
    if (reloads) throw new UsageError('--encryption-provider-config-automatic-reload must be set with --encryption-provider-config');
    return {};
  }
  if (!reloads) return { transformerForResource: await loadEncryptionConfig(file) };
  return { transformerForResource: await followEncryptionConfig(file, log), checks: [kmsProviders] };
}
