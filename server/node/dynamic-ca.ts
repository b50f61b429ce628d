/**
 * The authorities in a file, as they are by now.
 *
 * Upstream: DynamicFileCAContent of k8s.io/apiserver/pkg/server/dynamiccertificates/dynamic_cafile_content.go.
 */
import { readFile } from 'node:fs/promises';
import type { X509Certificate } from '@peculiar/x509';
import { parseCertsPEM } from '../authentication/x509/cert-pool.ts';
import type { Logger } from '../observe/logger.ts';
import { followFiles } from './follow-files.ts';
import { UsageError } from './usage-error.ts';

interface CABundle {
  pem: string;
  roots: readonly X509Certificate[];
}

export interface CAContent {
  current(): CABundle;
  /** `changed` is called whenever there are others; `signal` ends that. */
  onChange(changed: () => void, signal?: AbortSignal): void;
}

const bundleOf = (pem: string): CABundle => ({ pem, roots: parseCertsPEM(pem) });

export function newStaticCA(pem: string): CAContent {
  const bundle = bundleOf(pem);
  return { current: () => bundle, onChange: () => undefined };
}

/** Throws a UsageError where the file that `flag` names cannot be read; later on the last that could be stays. */
export async function newDynamicCA(flag: string, file: string, log: Logger, lifecycle: AbortSignal): Promise<CAContent> {
  const load = async () => bundleOf(await readFile(file, 'utf8'));
  let bundle = await load().catch((err: unknown) => {
    throw new UsageError(`--${flag}: ${file}: ${err instanceof Error ? err.message : String(err)}`);
  });
  const listeners = new Set<() => void>();
  const use = (loaded: CABundle) => {
    if (loaded.pem === bundle.pem) return;
    bundle = loaded;
    for (const changed of listeners) changed();
  };
  const stop = followFiles([file], load, use, (err) => log.error(err, `Unable to load the authorities of --${flag}`));
  lifecycle.addEventListener('abort', stop, { once: true });
  return {
    current: () => bundle,
    onChange(changed, signal) {
      listeners.add(changed);
      signal?.addEventListener('abort', () => listeners.delete(changed), { once: true });
    },
  };
}
