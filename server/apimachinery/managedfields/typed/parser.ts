/**
 * From the schemas of a scheme to the types that merging works with, each made when it is first needed.
 *
 * Upstream: k8s.io/kube-openapi/pkg/schemaconv/{openapi,smd}.go, sigs.k8s.io/structured-merge-diff/v6/typed/parser.go.
 */
import type { Schema } from '../../schema.ts';
import { fieldElement } from '../fieldpath/path-element.ts';
import type { Atom, ListType, MapType, ScalarType, StructField, TypeRef } from './atom.ts';

const untyped: ScalarType = { is: 'scalar', scalar: 'untyped' };

/** Taken as one, whatever it is. */
const untypedAtomic: TypeRef = {
  get atom(): Atom {
    return { scalar: untyped, list: atomicList, map: { is: 'map', atomic: true, fields: new Map(), rest: untypedAtomic } };
  },
};
const atomicList: ListType = { is: 'list', atomic: true, keys: [], items: untypedAtomic };

/** Objects field by field, all else taken as one: what nothing is known of. */
export const deduced: TypeRef = {
  get atom(): Atom {
    return { scalar: untyped, list: atomicList, map: { is: 'map', atomic: false, fields: new Map(), rest: deduced } };
  },
};

const hardCoded: Record<string, TypeRef> = {
  'io.k8s.apimachinery.pkg.api.resource.Quantity': { atom: { scalar: untyped } },
  'io.k8s.apimachinery.pkg.runtime.RawExtension': untypedAtomic,
};

function lazy(make: () => Atom): TypeRef {
  let made: Atom | undefined;
  return {
    get atom() {
      return (made ??= make());
    },
  };
}

/** Answers the type of a schema's name. */
export function newParser(schemas: Readonly<Record<string, Schema>>): (name: string) => TypeRef {
  const named = new Map<string, TypeRef>();

  function typeNamed(name: string): TypeRef {
    const known = hardCoded[name] ?? named.get(name);
    if (known) return known;
    const type = lazy(() => parseSchema(schemas[name] ?? {}));
    named.set(name, type);
    return type;
  }

  function refTo(schema: Schema): TypeRef {
    const name = schema.$ref ?? (schema.allOf?.length === 1 ? schema.allOf[0]?.$ref : undefined);
    if (name === undefined) return lazy(() => parseSchema(schema));
    const relationship = schema['x-kubernetes-map-type'];
    return relationship === undefined ? typeNamed(name) : lazy(() => override(typeNamed(name).atom, relationship === 'atomic'));
  }

  function parseSchema(schema: Schema): Atom {
    switch (schema.type) {
      case undefined:
        return { scalar: untyped, list: parseList(schema), map: parseObject(schema) };
      case 'object':
        return { map: parseObject(schema) };
      case 'array':
        return { list: parseList(schema) };
      default:
        return { scalar: parseScalar(schema) };
    }
  }

  function parseObject(schema: Schema): MapType {
    const fields = new Map<string, StructField>();
    for (const [name, property] of Object.entries(schema.properties ?? {})) {
      fields.set(name, { type: refTo(property), element: fieldElement(name), default: property.default });
    }
    const free = fields.size === 0 || schema['x-kubernetes-preserve-unknown-fields'] === true;
    const rest = schema.additionalProperties ? refTo(schema.additionalProperties) : free ? deduced : undefined;
    return { is: 'map', atomic: schema['x-kubernetes-map-type'] === 'atomic', fields, rest };
  }

  function parseList(schema: Schema): ListType {
    return { is: 'list', ...listRelationship(schema), items: schema.items ? refTo(schema.items) : untypedAtomic };
  }

  return typeNamed;
}

function override(atom: Atom, atomic: boolean): Atom {
  if (atom.map) return { ...atom, map: { ...atom.map, atomic } };
  return atom.list ? { ...atom, list: { ...atom.list, atomic } } : atom;
}

function parseScalar({ type, format }: Schema): ScalarType {
  if (type === 'integer' || type === 'number') return { is: 'scalar', scalar: 'numeric' };
  if (type === 'boolean') return { is: 'scalar', scalar: 'boolean' };
  return format === undefined || format === 'byte' ? { is: 'scalar', scalar: 'string' } : untyped;
}

/** Without a list type, the strategy of strategic merge patches says how a list is merged. */
function listRelationship(schema: Schema): Pick<ListType, 'atomic' | 'keys'> {
  const listType = schema['x-kubernetes-list-type'];
  if (listType !== undefined) return { atomic: listType === 'atomic', keys: listType === 'map' ? (schema['x-kubernetes-list-map-keys'] ?? []) : [] };
  const atomic = !schema['x-kubernetes-patch-strategy']?.startsWith('merge');
  const key = schema['x-kubernetes-patch-merge-key'];
  return { atomic, keys: !atomic && key !== undefined ? [key] : [] };
}
