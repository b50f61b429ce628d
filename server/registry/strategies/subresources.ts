/**
 * Subresources that are another way to write the same object: each lets through one part of it.
 *
 * Upstream: pkg/registry/core/pod/strategy.go (ephemeral containers, resize), core/namespace (finalize),
 * certificates/certificates (approval).
 */
import { isFields } from '../../apimachinery/access.ts';
import type { Fields } from '../../apimachinery/access.ts';
import type { KubeObject } from '../../apimachinery/types.ts';
import type { Strategy } from '../strategy.ts';

/** Paths of the parts that a subresource may change. */
const PARTS: Record<string, string[][]> = {
  'namespaces/finalize': [['spec', 'finalizers']],
  'pods/ephemeralcontainers': [['spec', 'ephemeralContainers']],
  'pods/resize': [['spec', 'containers'], ['spec', 'initContainers'], ['spec', 'resources']],
  'certificatesigningrequests.certificates.k8s.io/approval': [['status', 'conditions']],
};

/** By `resource.group/subresource`: makes the strategy out of the main one. */
export const subresourceStrategies: Record<string, ((main: Strategy) => Strategy) | undefined> = Object.fromEntries(
  Object.entries(PARTS).map(([name, parts]) => [name, (main: Strategy) => newPartStrategy(main, name.split('/')[1] ?? '', parts)]),
);

function newPartStrategy(main: Strategy, subresource: string, parts: string[][]): Strategy {
  return {
    ...main,
    allowCreateOnUpdate: false,
    prepareForUpdate(obj, old, ctx) {
      const changed = parts.map((path) => read(obj, path));
      for (const field of Object.keys(obj)) if (field !== 'metadata') delete obj[field];
      for (const [field, value] of Object.entries(old)) if (field !== 'metadata') obj[field] = value;
      parts.forEach((path, i) => write(obj, path, changed[i]));
      const { status } = obj;
      main.prepareForUpdate(obj, old, ctx);
      if (parts.some(([first]) => first === 'status')) obj.status = status;
      parts.forEach((path, i) => write(obj, path, changed[i]));
      main.prepareSubresource?.(subresource, obj, old);
    },
    validateUpdate: (obj, old) => main.validateSubresource?.(subresource, obj, old) ?? [],
    warningsOnUpdate: () => [],
  };
}

function read(obj: KubeObject, path: string[]): unknown {
  return path.reduce<unknown>((value, step) => (isFields(value) ? value[step] : undefined), obj);
}

/** Copies what lies on the way, since `obj` shares it with the stored object. */
function write(obj: Fields, [step, ...rest]: string[], value: unknown): void {
  if (step === undefined) return;
  if (rest.length === 0) {
    if (value === undefined) delete obj[step];
    else obj[step] = value;
    return;
  }
  const inner = obj[step];
  const copy = isFields(inner) ? { ...inner } : {};
  obj[step] = copy;
  write(copy, rest, value);
}
