/**
 * The names of resources in an EncryptionConfiguration: `secrets`, `deployments.apps`, and the wildcards `*.`, `*.apps`
 * and `*.*`.
 *
 * Upstream: validateResourceOverlap and validateResourceNames of
 * k8s.io/apiserver/pkg/apis/apiserver/validation/validation_encryption.go.
 */
import { invalid, required } from '../apimachinery/field.ts';
import type { FieldError, Path } from '../apimachinery/field.ts';

const withoutREST = ['apiserveripinfo', 'serviceipallocations', 'servicenodeportallocations'];

export function validateResources(names: string[], path: Path): FieldError[] {
  const none = names.length === 0 ? [required(path, `at least one ${String(path)} is required`)] : [];
  return [...none, ...overlap(names, path), ...names.flatMap((name, i) => wrongName(name).map((why) => invalid(path.index(i), name, why)))];
}

function parts(name: string): { group: string; resource: string } {
  const [resource = '', ...group] = name.split('.');
  return { resource, group: group.join('.') };
}

function overlap(names: string[], path: Path): FieldError[] {
  const all = names.map(parts);
  const errors: FieldError[] = [];
  if (new Set(all.map(({ resource, group }) => `${resource}.${group}`)).size < all.length) errors.push(invalid(path, names, 'the same resource cannot be specified multiple times'));
  const masked = all.some((a, i) => all.some((b, j) => i !== j && a.resource === '*' && ((a.group === '*' && b.group !== '*') || (a.group === b.group && b.resource !== '*'))));
  if (masked) errors.push(invalid(path, names, "using overlapping resources such as 'secrets' and '*.' in the same resource list is not allowed as they will be masked"));
  return errors;
}

/** At most one reason. */
function wrongName(name: string): string[] {
  const { group, resource } = parts(name);
  if (name.toLowerCase() !== name) return ['resource name should not contain capital letters'];
  if (name === '*') return ["use '*.' to encrypt all the resources from core API group or *.* to encrypt all resources"];
  if (withoutREST.includes(name)) return ['resources which do not have REST API/s cannot be encrypted'];
  if (group === 'events.k8s.io') return ["'*.events.k8s.io' objects are stored using the 'events' API group in etcd. Use 'events' instead in the config file"];
  if (group === 'extensions') return ["'extensions' group has been removed and cannot be used for encryption"];
  if (group === '*' && resource !== '*') return ['encrypting the same resource across groups is not supported'];
  return [];
}
