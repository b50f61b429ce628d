/**
 * Scheme: which kinds there are and what each looks like. Built-in kinds come from the facts; custom ones are added.
 *
 * Upstream: k8s.io/apimachinery/pkg/runtime/scheme.go. Leaves out Go types and internal versions: an object is plain
 * data, and the version that is stored stands in for the internal one.
 */
import schemas from './facts/schemas.json' with { type: 'json' };
import wireNumbers from './facts/wire-numbers.json' with { type: 'json' };
import type { WireNumbers } from './facts/facts.ts';
import type { Schema } from './schema.ts';
import type { GroupVersionKind } from './types.ts';

const id = ({ group, version, kind }: GroupVersionKind) => `${group}/${version}/${kind}`;

/**
 * What is new in a version is still stored in the one that the release before knew, so that one can go back to that.
 * The fields are the same.
 *
 * Upstream: emulatedStorageVersion in k8s.io/apiserver/pkg/server/storage/resource_encoding_config.go.
 */
const storedOtherwise = ['MutatingAdmissionPolicy', 'MutatingAdmissionPolicyBinding'].map((kind) => ({ group: 'admissionregistration.k8s.io', version: 'v1', kind, stored: 'v1beta1' }));

export class Scheme {
  /** Schemas by name, such as `io.k8s.api.core.v1.Pod`. */
  readonly schemas: Readonly<Record<string, Schema>>;
  readonly wireNumbers: WireNumbers;
  readonly #names = new Map<string, string>();

  constructor(all: Record<string, Schema>, numbers: WireNumbers) {
    this.schemas = all;
    this.wireNumbers = numbers;
    for (const [name, schema] of Object.entries(all)) {
      for (const gvk of schema['x-kubernetes-group-version-kind'] ?? []) {
        // options of one verb (DeleteOptions, WatchEvent) list every group; the first type to claim a kind has it
        if (!this.#names.has(id(gvk))) this.#names.set(id(gvk), name);
      }
    }
    for (const served of storedOtherwise) {
      const name = this.schemaName(served);
      if (name !== undefined) this.#names.set(id(this.storageKind(served)), name);
    }
  }

  /** The kind that an object of a served kind is in etcd. */
  storageKind(kind: GroupVersionKind): GroupVersionKind {
    const found = storedOtherwise.find((served) => id(served) === id(kind));
    return found ? { group: found.group, version: found.stored, kind: found.kind } : kind;
  }

  /** `io.k8s.api.core.v1.Pod` for v1 Pod. */
  schemaName(gvk: GroupVersionKind): string | undefined {
    return this.#names.get(id(gvk));
  }

  schemaFor(gvk: GroupVersionKind): Schema | undefined {
    const name = this.schemaName(gvk);
    return name === undefined ? undefined : this.schemas[name];
  }

  recognizes(gvk: GroupVersionKind): boolean {
    return this.#names.has(id(gvk));
  }

  /** Follows a reference, one that stands alone or in `allOf`; any other schema is its own answer. */
  resolve(schema: Schema): Schema {
    const ref = schema.$ref ?? schema.allOf?.[0]?.$ref;
    if (ref === undefined) return schema;
    const target = this.schemas[ref];
    if (!target) throw new Error(`schema ${ref} is not known`);
    return target;
  }
}

/** The scheme of all built-in kinds. */
export function newScheme(): Scheme {
  return new Scheme(schemas, wireNumbers);
}
