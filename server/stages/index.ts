/**
 * The stages in the order in which they build on one another. The code of a stage is loaded when it is asked for: a
 * page about filters loads no storage.
 */
import type { Stage } from './stage.ts';

const loaders: Record<string, () => Promise<Stage>> = {
  handler: async () => (await import('./handler.ts')).handler,
  filters: async () => (await import('./filters.ts')).filters,
  authentication: async () => (await import('./authentication.ts')).authentication,
  authorization: async () => (await import('./authorization.ts')).authorization,
  fairness: async () => (await import('./fairness.ts')).fairness,
  mux: async () => (await import('./mux.ts')).mux,
  codec: async () => (await import('./codec.ts')).codec,
  registry: async () => (await import('./registry.ts')).registry,
  storage: async () => (await import('./storage.ts')).storage,
  watch: async () => (await import('./watch.ts')).watch,
  informer: async () => (await import('./informer.ts')).informer,
  apiserver: async () => (await import('./apiserver.ts')).apiserver,
};

export const stageNames: readonly string[] = Object.keys(loaders);

/** Rejects where there is no stage of that name. */
export async function loadStage(name: string): Promise<Stage> {
  const load = Object.hasOwn(loaders, name) ? loaders[name] : undefined;
  if (!load) throw new TypeError(`there is no stage "${name}"`);
  return load();
}

export function loadStages(): Promise<Stage[]> {
  return Promise.all(stageNames.map(loadStage));
}
