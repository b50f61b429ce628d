/**
 * Puts the Go types together from the facts: schemas say what the fields are, the protobuf descriptor their order and
 * numbers, and struct-tags.json what neither of them knows: pointers, `omitempty`, named types.
 *
 * struct-tags.json holds only what differs from the rule: a required field with a default, and a struct with one, is
 * no pointer and always written; a struct without is a pointer; anything else is no pointer and left out when empty.
 * `*` is a pointer, `!` is always written, `?` a list that is read as empty where it is sent so, then the type's name.
 */
import type { WireNumbers } from '../../facts/facts.ts';
import type { Schema } from '../../schema.ts';
import type { Scheme } from '../../scheme.ts';
import { formatGroupVersion } from '../../types.ts';
import type { GroupVersionKind } from '../../types.ts';
import structTags from '../struct-tags.json' with { type: 'json' };
import type { Field, GoType, SpecialKind, StructType } from './go-type.ts';
import { embeddedFields, messageOf, wireFields } from './wire-fields.ts';

const meta = 'io.k8s.apimachinery.pkg.apis.meta.v1';
const apiextensions = 'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1';
const special = new Map<string, SpecialKind>([
  [`${meta}.Time`, 'time'],
  [`${meta}.MicroTime`, 'microTime'],
  [`${meta}.FieldsV1`, 'raw'],
  ['io.k8s.apimachinery.pkg.runtime.RawExtension', 'raw'],
  ['io.k8s.apimachinery.pkg.api.resource.Quantity', 'quantity'],
  ['io.k8s.apimachinery.pkg.util.intstr.IntOrString', 'intOrString'],
  [`${apiextensions}.JSON`, 'raw'],
  [`${apiextensions}.JSONSchemaPropsOrBool`, 'schemaOrBool'],
  [`${apiextensions}.JSONSchemaPropsOrArray`, 'schemaOrArray'],
  [`${apiextensions}.JSONSchemaPropsOrStringArray`, 'schemaOrStringArray'],
]);

const metadataOf = (name: string): Schema => ({ $ref: `${meta}.${name}`, default: {} });
const typeMeta: Record<string, Schema> = { kind: { type: 'string' }, apiVersion: { type: 'string' } };

/** What any object can be had as, and a list of anything; they are no kinds of a group, so the facts do not list them. */
const partialSchemas: Record<string, Schema> = {
  [`${meta}.PartialObjectMetadata`]: { type: 'object', properties: { ...typeMeta, metadata: metadataOf('ObjectMeta') } },
  [`${meta}.PartialObjectMetadataList`]: {
    type: 'object',
    required: ['items'],
    properties: { ...typeMeta, metadata: metadataOf('ListMeta'), items: { type: 'array', items: metadataOf('PartialObjectMetadata') } },
  },
  [`${meta}.List`]: { type: 'object', required: ['items'], properties: { ...typeMeta, metadata: metadataOf('ListMeta'), items: { type: 'array', items: { type: 'object' } } } },
};

/** Versions that are not served but may be sent; what they hold has not changed since. */
const onlyRead = new Map<string, GroupVersionKind>([['policy/v1beta1 Eviction', { group: 'policy', version: 'v1', kind: 'Eviction' }]]);

/** `v1.PodSpec` of `io.k8s.api.core.v1.PodSpec`. */
const goNameOf = (schemaName: string) => schemaName.split('.').slice(-2).join('.');

/** The types of one scheme; each is put together when it is first asked for. */
export class GoTypes {
  readonly #scheme: Scheme;
  readonly #structs = new Map<string, StructType>();

  constructor(scheme: Scheme) {
    this.#scheme = scheme;
  }

  /** The struct of a kind; undefined for a kind that is not known. */
  forKind(gvk: GroupVersionKind): StructType | undefined {
    // every version of every group has the options of a delete
    if (gvk.group === 'meta.k8s.io' || gvk.kind === 'DeleteOptions' || (gvk.kind === 'List' && formatGroupVersion(gvk) === 'v1')) return this.struct(`${meta}.${gvk.kind}`);
    const name = this.#scheme.schemaName(onlyRead.get(`${formatGroupVersion(gvk)} ${gvk.kind}`) ?? gvk);
    return name === undefined ? undefined : this.struct(name);
  }

  /** The struct of a schema's name; undefined for a name that is not known. */
  struct(name: string): StructType | undefined {
    const known = this.#structs.get(name);
    if (known) return known;
    const schema = this.#scheme.schemas[name] ?? partialSchemas[name];
    if (!schema) return undefined;
    const embedded = new Map<Field, string>();
    const type: StructType = { kind: 'struct', goName: goNameOf(name), fields: [], byName: new Map(), embedded, wire: new Map() };
    this.#structs.set(name, type); // before its fields, which may be of this very type
    const message = messageOf(this.#scheme.wireNumbers, name);
    this.#fields(name, schema, message).forEach((field) => {
      type.fields.push(field);
      type.byName.set(field.name, field);
    });
    for (const [id, field] of wireFields(this.#scheme.wireNumbers, name, type.byName)) type.wire.set(id, field);
    for (const [field, path] of embeddedFields(type.wire)) embedded.set(field, path);
    return type;
  }

  #fields(schemaName: string, schema: Schema, message: WireNumbers[string] | undefined): Field[] {
    const tags = structTags[schemaName.replace(/^io\.k8s\./, '')] ?? {};
    const names = Object.keys(schema.properties ?? {});
    const order = Object.keys(message ?? {});
    // an object's kind and apiVersion, which its message has not, lead; fields of other embedded structs go last
    const place = (name: string) => (order.includes(name) ? order.indexOf(name) : name === 'kind' ? -2 : name === 'apiVersion' ? -1 : order.length);
    names.sort((a, b) => place(a) - place(b));
    return names.map((name, index) => {
      const property = schema.properties![name]!;
      const tag = tags[name];
      const named = tag?.replace(/^\*?!?\??/, '');
      const type = this.#type(property, named);
      const state = tag ?? defaultTag(property, schema.required?.includes(name) ?? false, type);
      return { name, index, type, pointer: state.startsWith('*'), keep: state.includes('!'), ...(state.startsWith('?') && { mayBeEmpty: true }) };
    });
  }

  #type(schema: Schema, named?: string): GoType {
    const ref = schema.$ref ?? schema.allOf?.[0]?.$ref;
    if (ref !== undefined) return this.#reference(ref);
    switch (schema.type) {
      case 'string':
        return schema.format === 'byte' ? { kind: 'bytes', goName: '[]uint8' } : { kind: 'string', goName: named || 'string' };
      case 'integer':
        return schema.format === 'int64' ? { kind: 'int64', goName: 'int64' } : { kind: 'int32', goName: 'int32' };
      case 'number':
        return { kind: 'float64', goName: 'float64' };
      case 'boolean':
        return { kind: 'bool', goName: 'bool' };
      case 'array': {
        const item = this.#type(schema.items ?? {}, /^\[\](.*)/.exec(named ?? '')?.[1]);
        return { kind: 'slice', goName: named || `[]${item.goName}`, item };
      }
      default: {
        if (!schema.additionalProperties) return { kind: 'raw', goName: 'runtime.RawExtension' };
        const value = this.#type(schema.additionalProperties, /^map\[.*\](.*)/.exec(named ?? '')?.[1]);
        return { kind: 'map', goName: named || `map[string]${value.goName}`, value };
      }
    }
  }

  #reference(ref: string): GoType {
    const goName = goNameOf(ref);
    const kind = special.get(ref);
    if (kind === 'schemaOrBool' || kind === 'schemaOrArray' || kind === 'schemaOrStringArray') {
      return { kind, goName, schema: this.#reference(`${apiextensions}.JSONSchemaProps`) };
    }
    if (kind) return { kind, goName };
    const struct = this.struct(ref);
    if (!struct) throw new Error(`schema ${ref} is not known`);
    return struct;
  }
}

function defaultTag(schema: Schema, required: boolean, type: GoType): string {
  if (type.kind === 'struct') return schema.default === undefined ? '*' : '!';
  if (schema.$ref) return '*';
  if (type.kind === 'slice' || type.kind === 'map') return required ? '!' : '';
  return required && schema.default !== undefined ? '!' : '';
}
