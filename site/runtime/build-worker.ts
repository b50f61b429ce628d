/** Builds one entry for a worker, as the site's build does: ES modules, some of them only loaded on demand. */
import { build } from 'vite';
import { workerPlugins } from './worker-plugins.ts';

interface Module {
  fileName: string;
  code: string;
}

/** `initial` is what the worker needs to start, the entry first; `later` what it may import dynamically. */
export async function buildWorker(entry: string): Promise<{ initial: [Module, ...Module[]]; later: Module[] }> {
  const built = await build({
    configFile: false,
    logLevel: 'silent',
    plugins: workerPlugins(),
    json: { stringify: true },
    build: { write: false, minify: true, target: 'es2024', rolldownOptions: { input: entry, output: { format: 'es', entryFileNames: '[name].js', chunkFileNames: '[name].js' }, preserveEntrySignatures: 'strict' } },
  });
  const [output] = [built].flat();
  if (!output || !('output' in output)) throw new Error(`building ${entry} made nothing`);
  const [first, ...others] = output.output;
  const chunks = others.filter((file) => file.type === 'chunk');
  const needed = new Set(first.imports);
  // Each round finds what the modules found before import.
  for (const _ of chunks) for (const { fileName, imports } of chunks) if (needed.has(fileName)) imports.forEach((name) => needed.add(name));
  return { initial: [first, ...chunks.filter(({ fileName }) => needed.has(fileName))], later: chunks.filter(({ fileName }) => !needed.has(fileName)) };
}
