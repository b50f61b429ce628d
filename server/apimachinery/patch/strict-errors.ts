/**
 * What strict reading finds in a patch itself: keys given twice, and fields that an operation does not have.
 *
 * Upstream: k8s.io/apiserver/pkg/endpoints/handlers/patch.go (jsonPatchOp), sigs.k8s.io/json (UnmarshalStrict).
 */
import { parseRepeated } from '../serializer/json-reader.ts';
import type { Repeated } from '../serializer/typed/decode.ts';
import { Findings } from '../serializer/typed/findings.ts';
import { isObject } from './decode.ts';

const operationFields = ['op', 'path', 'from', 'value'];

/** Of a JSON patch or of one that is an object; `patch` is JSON. */
export function strictErrorsOfPatch(patch: Uint8Array): string[] {
  const text = new TextDecoder().decode(patch);
  const { value, repeated = new Map() } = parseRepeated(text, JSON.parse(text));
  const findings = new Findings(true);
  if (!Array.isArray(value)) {
    findDuplicates(value, repeated, findings);
    return findings.strictErrors();
  }
  value.forEach((operation: unknown, i) => {
    if (!isObject(operation)) return;
    const mark = findings.mark();
    for (const key of Object.keys(operation)) if (!operationFields.includes(key)) findings.unknown(key);
    findDuplicates(operation, repeated, findings);
    findings.inside(mark, `[${i}]`);
  });
  return findings.strictErrors().map((error) => `json patch ${error}`);
}

function findDuplicates(value: unknown, repeated: Repeated, findings: Findings): void {
  if (typeof value !== 'object' || value === null) return;
  const seen = new Set<string>();
  for (const [key, inner] of repeated.get(value) ?? Object.entries(value)) {
    if (seen.has(key)) findings.duplicate(key);
    seen.add(key);
    const mark = findings.mark();
    findDuplicates(inner, repeated, findings);
    findings.inside(mark, Array.isArray(value) ? `[${key}]` : key);
  }
}
