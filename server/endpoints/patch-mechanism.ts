/**
 * What each media type of a patch means: from the live object to the one that the patch asks for.
 *
 * Upstream: k8s.io/apiserver/pkg/endpoints/handlers/patch.go (jsonPatcher, smpPatcher, applyPatcher).
 */
import { deepCopy } from '../apimachinery/deep.ts';
import { invalid, newPath } from '../apimachinery/field.ts';
import { decodeMap } from '../apimachinery/patch/decode.ts';
import { jsonPatch } from '../apimachinery/patch/json-patch.ts';
import { mergePatch } from '../apimachinery/patch/merge-patch.ts';
import { strategicMergePatch } from '../apimachinery/patch/strategic-merge-patch.ts';
import { strictErrorsOfPatch } from '../apimachinery/patch/strict-errors.ts';
import { formatValue, marshalJSON } from '../apimachinery/quote.ts';
import { DecodeError } from '../apimachinery/serializer/decode-error.ts';
import type { Decoded } from '../apimachinery/serializer/interfaces.ts';
import { jsonType } from '../apimachinery/serializer/typed/findings.ts';
import { yamlToJSON } from '../apimachinery/serializer/yaml.ts';
import type { KubeObject } from '../apimachinery/types.ts';
import type { RequestContext } from '../http/context.ts';
import { requestInfoFrom } from '../http/context.ts';
import { newBadRequest, newInvalid, newNotFound } from '../http/status.ts';
import type { WriteOptions } from '../registry/rest.ts';
import type { RequestScope } from './scope.ts';

export const JSON_PATCH = 'application/json-patch+json';
export const MERGE_PATCH = 'application/merge-patch+json';
export const STRATEGIC_MERGE_PATCH = 'application/strategic-merge-patch+json';
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
    const patched = patchedDocument(patchType, patch, live, scope);
    const shown = () => (patchType === STRATEGIC_MERGE_PATCH ? formatValue(decodeMap(patch)) : marshalJSON(patched));
    const strictErrors = options.fieldValidation === 'Ignore' ? [] : strictErrorsOfPatch(patch);
    const object = decodePatched(ctx, patched, scope, options, { shown, strictErrors });
    scope.defaulter(object);
    return scope.fieldManager.update(live, object, options.manager);
  };
}

function patchedDocument(patchType: string, patch: Uint8Array, live: KubeObject, { scheme, kind }: RequestScope): unknown {
  switch (patchType) {
    case JSON_PATCH:
      return jsonPatch(live, patch);
    case MERGE_PATCH:
      return mergePatch(live, patch);
    default: {
      const schema = scheme.schemaFor(kind);
      if (!schema) throw new Error(`no schema for ${kind.kind}`);
      return strategicMergePatch(scheme, schema, live, patch);
    }
  }
}

interface PatchReport {
  /** What an error says was wrong. */
  shown(): string;
  /** Of the patch itself. */
  strictErrors: string[];
}

/** A patch may leave anything behind: what comes out is read as strictly as a body is. */
function decodePatched(ctx: RequestContext, patched: unknown, { factory, kind }: RequestScope, options: PatchOptions, report: PatchReport): KubeObject {
  const refuse = (why: string) => newInvalid({ group: '', kind: '' }, '', [invalid(newPath('patch'), report.shown(), why)]);
  const copy: unknown = deepCopy(patched);
  let decoded: Decoded;
  try {
    decoded = factory.objects.decode(copy, { defaults: kind, strict: options.fieldValidation !== 'Ignore' }, () => JSON.stringify(patched));
  } catch (err) {
    if (err instanceof DecodeError) throw refuse(err.message);
    throw err;
  }
  if (decoded.gvk.kind !== kind.kind || decoded.gvk.group !== kind.group) {
    throw refuse(`unable to decode ${decoded.gvk.kind} as ${kind.kind}`);
  }
  const strictErrors = [...report.strictErrors, ...decoded.strictErrors];
  if (strictErrors.length > 0) {
    if (options.fieldValidation === 'Strict') throw refuse(`strict decoding error: ${strictErrors.join(', ')}`);
    for (const error of strictErrors) ctx.warnings.add(error);
  }
  return decoded.object;
}

function newApplyPatcher(patch: Uint8Array, scope: RequestScope, options: PatchOptions): PatchMechanism {
  const { value, duplicates } = parseYAML(patch);
  return (ctx, live) => {
    const object = scope.fieldManager.apply(live, value, options.manager, options.force);
    if (duplicates.length > 0) {
      if (options.fieldValidation === 'Strict') throw newBadRequest(`error strict decoding YAML: ${duplicates.join(', ')}`);
      if (options.fieldValidation === 'Warn') for (const duplicate of duplicates) ctx.warnings.add(duplicate);
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
