/**
 * Resource versions: decimal strings outside, revisions of etcd inside.
 *
 * Upstream: k8s.io/apiserver/pkg/storage/api_object_versioner.go.
 */
import { quote } from '../apimachinery/quote.ts';
import type { KubeObject } from '../apimachinery/types.ts';

const maxUint64 = 2n ** 64n - 1n;

/** The revision that a client's resourceVersion means; 0 for `''` and `'0'`. Throws upstream's InvalidError, which is no Status. */
export function parseResourceVersion(resourceVersion: string): number {
  const why = syntaxError(resourceVersion);
  if (why === undefined) return Number(resourceVersion);
  throw new Error(`resourceVersion: Invalid value: ${quote(resourceVersion)}: ${why}`);
}

/** The revision that an object to be stored was read at; 0 where it names none. Throws Go's error for what is no number. */
export function parseObjectResourceVersion({ metadata: { resourceVersion = '' } }: KubeObject): number {
  const why = syntaxError(resourceVersion);
  if (why === undefined) return Number(resourceVersion);
  throw new Error(why);
}

/** What strconv.ParseUint would say; nothing is wrong with `''`. */
function syntaxError(resourceVersion: string): string | undefined {
  if (resourceVersion === '') return undefined;
  const why = !/^[0-9]+$/.test(resourceVersion) ? 'invalid syntax' : resourceVersion.length > 19 && BigInt(resourceVersion) > maxUint64 ? 'value out of range' : undefined;
  return why && `strconv.ParseUint: parsing ${quote(resourceVersion)}: ${why}`;
}

/** The revision that wrote this object; 0 when it says none, or nothing that is a number. */
export function objectResourceVersion(obj: KubeObject): number {
  return Number(obj.metadata.resourceVersion) || 0;
}

/** The fields of metadata that Go writes before this one. */
const beforeResourceVersion = ['name', 'generateName', 'namespace', 'selfLink', 'uid'];

/** Notes the revision in an object that nobody else holds yet, where it stands in the struct. */
export function updateObject(obj: KubeObject, revision: number): KubeObject {
  const fields: Record<string, unknown> = { ...obj.metadata };
  const leading: Record<string, unknown> = {};
  for (const name of beforeResourceVersion) if (fields[name] !== undefined) leading[name] = fields[name];
  const resourceVersion = String(revision);
  obj.metadata = { ...leading, resourceVersion, ...fields };
  obj.metadata.resourceVersion = resourceVersion;
  return obj;
}

/** The same object as of another revision. */
export function withResourceVersion(obj: KubeObject, revision: number): KubeObject {
  return { ...obj, metadata: { ...obj.metadata, resourceVersion: String(revision) } };
}

/** What is stored of an object: its revision is etcd's to know. */
export function prepareObjectForStorage(obj: KubeObject): KubeObject {
  const stored: KubeObject = { ...obj, metadata: { ...obj.metadata } };
  delete stored.metadata.resourceVersion;
  if ('selfLink' in stored.metadata) delete stored.metadata.selfLink;
  return stored;
}
