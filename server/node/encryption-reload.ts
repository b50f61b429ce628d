/**
 * Reads the file of `--encryption-provider-config` again when it changes: from then on all resources are written, and read,
 * as it says. What cannot be taken over is told, again and again, and the last one that could be goes on.
 *
 * Upstream: k8s.io/apiserver/pkg/server/options/encryptionconfig/controller and DynamicTransformers of
 * encryptionconfig/config.go. Upstream looks once a minute; here the directory tells, too. Leaves out the metrics.
 */
import type { Logger } from '../observe/logger.ts';
import type { Transformer } from '../storage/value/transformer.ts';
import { parseEncryptionConfig, readEncryptionConfig } from './encryption-config.ts';
import type { TransformerForResource } from './encryption-config.ts';
import { watchUntil } from './watch-until.ts';

const RELOAD_INTERVAL = 60_000;

export async function followEncryptionConfig(file: string, log: Logger): Promise<TransformerForResource> {
  let content = await readEncryptionConfig(file);
  let current = parseEncryptionConfig(file, content);
  let checking = Promise.resolve();
  watchUntil(file, RELOAD_INTERVAL, () => void (checking = checking.then(check)));

  async function check(): Promise<void> {
    try {
      const read = await readEncryptionConfig(file);
      if (read === content) return;
      current = parseEncryptionConfig(file, read);
      content = read;
    } catch (err) {
      log.error(err, 'error processing encryption config file');
    }
  }

  return (resource, record) => {
    let of = current;
    let transformer = of(resource, record);
    function now(): Transformer {
      if (of !== current) {
        of = current;
        transformer = of(resource, record);
      }
      return transformer;
    }
    return {
      transformFromStorage: (data, context) => now().transformFromStorage(data, context),
      transformToStorage: (data, context) => now().transformToStorage(data, context),
    };
  };
}
