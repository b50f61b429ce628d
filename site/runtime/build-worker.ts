/** Builds one entry for a worker, as the site's build does: ES modules, some of them only loaded on demand. */
import { build } from 'vite';
import { workerPlugins } from './worker-plugins.ts';

export interface Chunk {
  fileName: string;
  code: string;
  /** Files that it needs to start. */
  imports: string[];
  /** The module that it stands for, where it is imported by name: the entry, or what is imported dynamically. */
  facadeModuleId: string | null;
}

/** All chunks, the entry first. */
export async function buildWorker(entry: string): Promise<[Chunk, ...Chunk[]]> {
  const built = await build({
    configFile: false,
    logLevel: 'silent',
    plugins: workerPlugins(),
    json: { stringify: true },
    build: {
      write: false,
      minify: true,
      modulePreload: false,
      target: 'es2024',
      rolldownOptions: { input: entry, output: { format: 'es', entryFileNames: '[name].js', chunkFileNames: '[name].js' }, preserveEntrySignatures: 'strict' },
    },
  });
  const [output] = [built].flat();
  if (!output || !('output' in output)) throw new Error(`building ${entry} made nothing`);
  const [first, ...others] = output.output;
  return [first, ...others.filter((file) => file.type === 'chunk')];
}

/** The chunks that are loaded with these: they, and what they need to start. */
export function loadedWith(starting: readonly Chunk[], chunks: readonly Chunk[]): Set<Chunk> {
  const loaded = new Set(starting);
  // a set goes on to what is added to it meanwhile
  for (const { imports } of loaded) for (const chunk of chunks) if (imports.includes(chunk.fileName)) loaded.add(chunk);
  return loaded;
}
