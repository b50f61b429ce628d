/**
 * The query parameters of each action.
 *
 * Upstream: k8s.io/apiserver/pkg/endpoints/installer.go (AddObjectParams), which reads them off the options' Go types.
 */
export type ParameterType = 'string' | 'integer' | 'boolean';

export interface Parameter {
  name: string;
  in: 'path' | 'query';
  type: ParameterType;
}

const query = (types: Record<string, ParameterType>): Parameter[] => Object.entries(types).map(([name, type]) => ({ name, in: 'query', type }));

const byName = (a: Parameter, b: Parameter) => (a.name < b.name ? -1 : 1);

/** Each path with its operations; what all of them ask for stands at the path itself. */
export function shareParameters<T extends { path: string; parameters: Parameter[] }>(operations: T[]): { path: string; shared: Parameter[]; own: T[] }[] {
  return [...Map.groupBy(operations, (each) => each.path)].map(([path, all]) => {
    const known = all.map(({ parameters }) => new Set(parameters.map(({ name }) => name)));
    const isShared = ({ name }: Parameter) => known.every((names) => names.has(name));
    const own = all.map((each) => ({ ...each, parameters: each.parameters.filter((parameter) => !isShared(parameter)).sort(byName) }));
    return { path, shared: all[0]!.parameters.filter(isShared).sort(byName), own };
  });
}

export const inPath = (name: string): Parameter => ({ name, in: 'path', type: 'string' });

export const pretty = query({ pretty: 'string' });

const selection: Record<string, ParameterType> = {
  continue: 'string',
  fieldSelector: 'string',
  labelSelector: 'string',
  limit: 'integer',
  resourceVersion: 'string',
  resourceVersionMatch: 'string',
  sendInitialEvents: 'boolean',
  shardSelector: 'string',
  timeoutSeconds: 'integer',
};

export const listParameters = query({ allowWatchBookmarks: 'boolean', ...selection, watch: 'boolean' });

const write: Record<string, ParameterType> = { dryRun: 'string', fieldManager: 'string', fieldValidation: 'string' };

export const writeParameters = query(write);
export const patchParameters = query({ ...write, force: 'boolean' });

const deletion: Record<string, ParameterType> = {
  dryRun: 'string',
  gracePeriodSeconds: 'integer',
  ignoreStoreReadErrorWithClusterBreakingPotential: 'boolean',
  orphanDependents: 'boolean',
  propagationPolicy: 'string',
};

export const deleteParameters = query(deletion);
export const deleteCollectionParameters = query({ ...deletion, ...selection });

const streams: Record<string, ParameterType> = { container: 'string', stderr: 'boolean', stdin: 'boolean', stdout: 'boolean', tty: 'boolean' };

/** What a connection's options are asked for, by their kind. */
export const connectParameters: Record<string, Parameter[]> = {
  PodAttachOptions: query(streams),
  PodExecOptions: query({ command: 'string', ...streams }),
  PodPortForwardOptions: query({ ports: 'integer' }),
  PodProxyOptions: query({ path: 'string' }),
  ServiceProxyOptions: query({ path: 'string' }),
  NodeProxyOptions: query({ path: 'string' }),
};

export const logParameters = query({
  container: 'string',
  follow: 'boolean',
  insecureSkipTLSVerifyBackend: 'boolean',
  limitBytes: 'integer',
  previous: 'boolean',
  sinceSeconds: 'integer',
  stream: 'string',
  tailLines: 'integer',
  timestamps: 'boolean',
});
