/**
 * What each media type of a patch means: from the live object to the one that the patch asks for.
 *
 * Upstream: k8s.io/apiserver/pkg/endpoints/handlers/patch.go (jsonPatcher, smpPatcher, applyPatcher).
 */
import { deepCopy } from '../apimachinery/deep.ts';
import { invalid, newPath } from '../apimachinery/field.ts';
import { decodeMap, isObject } from '../apimachinery/patch/decode.ts';
import { jsonPatch } from '../apimachinery/patch/json-patch.ts';
import { mergePatch } from '../apimachinery/patch/merge-patch.ts';
import { strategicMergePatch } from '../apimachinery/patch/strategic-merge-patch.ts';
import { strictErrorsOfPatch } from '../apimachinery/patch/strict-errors.ts';
import { formatValue, marshalJSON, quote } from '../apimachinery/quote.ts';
import { DecodeError } from '../apimachinery/serializer/decode-error.ts';
import type { Decoded } from '../apimachinery/serializer/interfaces.ts';
import { jsonType } from '../apimachinery/serializer/typed/findings.ts';
import { yamlToJSON } from '../apimachinery/serializer/yaml.ts';
import type { KubeObject } from '../apimachinery/types.ts';
import type { RequestContext } from '../http/context.ts';
import { requestInfoFrom } from '../http/context.ts';
import { newBadRequest, newInvalid, newNotFound } from '../http/status.ts';
import type { StatusError } from '../http/status.ts';
import type { WriteOptions } from '../registry/rest.ts';
import { addStrictDecodingWarnings, unknownConversion } from './decode.ts';
import type { RequestScope } from './scope.ts';

const JSON_PATCH = 'application/json-patch+json';
const MERGE_PATCH = 'application/merge-patch+json';
const STRATEGIC_MERGE_PATCH = 'application/strategic-merge-patch+json';
export const APPLY_PATCH = 'application/apply-patch+yaml';

/** In the order in which upstream lists them. */
export const patchTypes = [JSON_PATCH, MERGE_PATCH, STRATEGIC_MERGE_PATCH, APPLY_PATCH];

export interface PatchOptions extends WriteOptions {
  manager: string;
  force: boolean;
}

/** Applies the patch to the live object; only an apply knows what to do without one. */
export type PatchMechanism = (ctx: RequestContext, live: KubeObject | undefined) => KubeObject;

export function newPatchMechanism(patchType: string, patch: Uint8Array, scope: RequestScope, options: PatchOptions): PatchMechanism {
  if (patchType === APPLY_PATCH) return newApplyPatcher(patch, scope, options);
  return (ctx, live) => {
    if (!live) throw newNotFound(scope.resource, requestInfoFrom(ctx).name);
    const object = patchType === STRATEGIC_MERGE_PATCH ? patchStrategically(ctx, live, patch, scope, options) : patchJSON(ctx, live, patchType, patch, scope, options);
    scope.defaulter(object);
    return scope.fieldManager.update(live, object, options.manager);
  };
}

/** A patch may leave anything behind: what comes out is read as strictly as a body is. */
function patchJSON(ctx: RequestContext, live: KubeObject, patchType: string, patch: Uint8Array, { factory, kind }: RequestScope, options: PatchOptions): KubeObject {
  const strict = options.fieldValidation !== 'Ignore';
  const apply = (doc: KubeObject): unknown => (patchType === JSON_PATCH ? jsonPatch(doc, patch, strict) : mergePatch(doc, patch, strict));
  // errors show the fields as Go orders them, which those that were defaulted do not keep here
  const refuse = (why: string) => refusePatched(marshalJSON(apply(factory.objects.decode(live, { strict: false }, () => '').object)), why);
  const patched = apply(live);
  const patchErrors = strict ? strictErrorsOfPatch(patch) : [];
  if (isObject(patched) && (patched['apiVersion'] ?? '') === '') {
    // what says no version is taken for the internal one, which has no fields of these names
    const unknown = Object.keys(patched).filter((key) => key !== 'kind' && key !== 'apiVersion').map((key) => `unknown field ${quote(key)}`);
    reportStrictErrors(ctx, strict ? [...patchErrors, ...unknown] : [], options, refuse);
    return factory.objects.convert({ metadata: {} }, kind).object;
  }
  let decoded: Decoded;
  try {
    decoded = factory.objects.decode(deepCopy(patched), { defaults: kind, strict }, () => marshalJSON(patched));
  } catch (err) {
    if (err instanceof DecodeError) throw refuse(err.message);
    throw err;
  }
  if (decoded.gvk.kind !== kind.kind || decoded.gvk.group !== kind.group) throw refuse(unknownConversion(decoded.gvk, kind));
  reportStrictErrors(ctx, [...patchErrors, ...decoded.strictErrors], options, refuse);
  return decoded.object;
}

/** The patched map becomes an object without being JSON in between: other errors, and its kind is not asked for. */
function patchStrategically(ctx: RequestContext, live: KubeObject, patch: Uint8Array, { scheme, kind, factory }: RequestScope, options: PatchOptions): KubeObject {
  const schema = scheme.schemaFor(kind);
  if (!schema) throw new Error(`no schema for ${kind.kind}`);
  const patchMap = decodeMap(patch) ?? {};
  const patched = strategicMergePatch(scheme, schema, live, patchMap);
  const refuse = (why: string) => refusePatched(formatValue(patchMap), why);
  let decoded: Decoded;
  try {
    decoded = factory.objects.convert(patched, kind);
  } catch (err) {
    if (err instanceof DecodeError) throw refuse(err.message);
    throw err;
  }
  reportStrictErrors(ctx, options.fieldValidation === 'Ignore' ? [] : [...strictErrorsOfPatch(patch), ...decoded.strictErrors], options, refuse);
  return decoded.object;
}

function refusePatched(shown: string, why: string): StatusError {
  return newInvalid({ group: '', kind: '' }, '', [invalid(newPath('patch'), shown, why)]);
}

function reportStrictErrors(ctx: RequestContext, errors: string[], { fieldValidation }: PatchOptions, refuse: (why: string) => StatusError): void {
  if (errors.length > 0 && fieldValidation === 'Strict') throw refuse(`strict decoding error: ${errors.join(', ')}`);
  addStrictDecodingWarnings(ctx, errors);
}

function newApplyPatcher(patch: Uint8Array, scope: RequestScope, options: PatchOptions): PatchMechanism {
  const { value, duplicates } = parseYAML(patch);
  return (ctx, live) => {
    const object = scope.fieldManager.apply(live, value, options.manager, options.force);
    if (duplicates.length > 0) {
      if (options.fieldValidation === 'Strict') throw newBadRequest(`error strict decoding YAML: error converting YAML to JSON: ${duplicates.join(', ')}`);
      if (options.fieldValidation === 'Warn') addStrictDecodingWarnings(ctx, duplicates);
    }
    scope.defaulter(object);
    return object;
  };
}

function parseYAML(patch: Uint8Array): { value: KubeObject; duplicates: string[] } {
  const { value: parsed, duplicates } = yamlOrBadRequest(new TextDecoder().decode(patch));
  const value = parsed ?? {};
  if (typeof value !== 'object' || Array.isArray(value)) {
    throw newBadRequest(`error decoding YAML: error unmarshaling JSON: while decoding JSON: json: cannot unmarshal ${jsonType(value)} into Go value of type map[string]interface {}`);
  }
  // what else it must be, the field manager checks
  return { value: value as KubeObject, duplicates };
}

function yamlOrBadRequest(text: string): ReturnType<typeof yamlToJSON> {
  try {
    return yamlToJSON(text);
  } catch (err) {
    throw newBadRequest(`error decoding YAML: error converting YAML to JSON: ${err instanceof Error ? err.message : String(err)}`);
  }
}
