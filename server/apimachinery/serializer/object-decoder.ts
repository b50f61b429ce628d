/**
 * From parsed JSON to an object: finds out its kind, then decodes it by that kind's type. JSON and YAML share it.
 *
 * Upstream: k8s.io/apimachinery/pkg/runtime/serializer/json/{json,meta}.go. Leaves out case-insensitive `KIND`.
 */
import type { GroupVersionKind, KubeObject } from '../types.ts';
import { parseGroupVersion } from '../types.ts';
import { DecodeError, decoding, newMissingKind, newMissingVersion, newNotRegistered } from './decode-error.ts';
import type { Decoded, DecodeOptions } from './interfaces.ts';
import type { Repeated } from './typed/decode.ts';
import { decodeTyped } from './typed/decode.ts';
import { fromUnstructured } from './typed/from-unstructured.ts';
import { jsonType } from './typed/findings.ts';
import type { StructType } from './typed/go-type.ts';
import type { GoTypes } from './typed/go-types.ts';

const findKind = 'struct { APIVersion string "json:\\"apiVersion,omitempty\\""; Kind string "json:\\"kind,omitempty\\"" }';

/** Group, version and kind as far as the value says them; empty strings elsewhere. */
export function interpret(value: unknown): GroupVersionKind {
  if (value === null) return { group: '', version: '', kind: '' };
  const fail = (what: string) => new DecodeError(`couldn't get version/kind; json parse error: json: cannot unmarshal ${what}`);
  if (typeof value !== 'object' || Array.isArray(value)) throw fail(`${jsonType(value)} into Go value of type ${findKind}`);
  const text = (name: 'apiVersion' | 'kind') => {
    const field: unknown = (value as Record<string, unknown>)[name] ?? '';
    if (typeof field !== 'string') throw fail(`${jsonType(field)} into Go struct field .${name} of type string`);
    return field;
  };
  const apiVersion = text('apiVersion');
  const gv = apiVersion === '' || apiVersion === '/' ? { group: '', version: '' } : parseGroupVersion(apiVersion);
  if (!gv) throw new DecodeError(`unexpected GroupVersion string: ${apiVersion}`);
  return { ...gv, kind: text('kind') };
}

export function gvkWithDefaults(actual: GroupVersionKind, defaults: GroupVersionKind | undefined): GroupVersionKind {
  if (!defaults) return actual;
  const kind = actual.kind || defaults.kind;
  if (actual.version !== '') return { ...actual, kind };
  return actual.group === '' || actual.group === defaults.group ? { ...defaults, kind } : { ...actual, kind };
}

/** Refuses bytes of which neither they nor their path say what they are; `data` is shown. */
export function requireKind(gvk: GroupVersionKind, data: () => string): void {
  if (gvk.kind === '') throw newMissingKind(data(), gvk);
  if (gvk.version === '') throw newMissingVersion(data(), gvk);
}

/** The type of a kind; `data` is shown where the kind is missing. */
export function typeOf(types: GoTypes, gvk: GroupVersionKind, data: () => string): StructType {
  requireKind(gvk, data);
  const type = types.forKind(gvk);
  if (!type) throw newNotRegistered(gvk);
  return type;
}

/** Makes an object of a parsed value. */
export interface ObjectDecoder {
  decode(value: unknown, options: DecodeOptions, data: () => string, repeated?: Repeated): Decoded;
  /** Makes one of a given kind without a look at what the value says of its own. */
  convert(value: object, gvk: GroupVersionKind): Decoded;
}

export function newObjectDecoder(types: GoTypes): ObjectDecoder {
  return {
    decode(value, options, data, repeated) {
      const gvk = gvkWithDefaults(interpret(value), options.defaults);
      const type = typeOf(types, gvk, data);
      const decoded = decoding(gvk, () => decodeTyped(type, value ?? {}, { strict: options.strict, ...(repeated && { repeated }) }));
      return { object: withTypeMeta(decoded.value, gvk), gvk, strictErrors: decoded.strictErrors };
    },
    convert(value, gvk) {
      const type = typeOf(types, gvk, () => '');
      const decoded = decoding(gvk, () => decodeTyped(type, fromUnstructured(type, value) as object, { strict: true }));
      return { object: withTypeMeta(decoded.value, gvk), gvk, strictErrors: decoded.strictErrors.sort() };
    },
  };
}

/** Kind and version lead, whether or not the bytes said them. */
export function withTypeMeta(value: Record<string, unknown>, { group, version, kind }: GroupVersionKind): KubeObject {
  const apiVersion = group === '' ? version : `${group}/${version}`;
  const { kind: _kind, apiVersion: _apiVersion, ...fields } = value;
  // every kind that is stored has metadata; options of a verb, which have none, go by the same interface
  return { kind, apiVersion, ...fields } as KubeObject;
}
