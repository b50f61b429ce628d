/**
 * `yaml` in the worker, which loads the package when the first request speaks YAML: it is a tenth of what the worker
 * would weigh, and most readers never need it. Until then these are undefined.
 */
type YAML = typeof import('yaml');

export let isScalar: YAML['isScalar'];
export let parseDocument: YAML['parseDocument'];
export let stringify: YAML['stringify'];
export let visit: YAML['visit'];

/** Has to be awaited before a request whose headers name YAML is handled. */
export async function loadYAML(): Promise<void> {
  ({ isScalar, parseDocument, stringify, visit } = await import('yaml'));
}

export function namesYAML(headers: Record<string, string>): boolean {
  return /yaml/i.test(`${headers['content-type']} ${headers.accept}`);
}
