/**
 * What may change of a pod while gates hold it back: gates go, and demands on nodes grow.
 *
 * Upstream: validateOnlyDeletedSchedulingGates, validateNodeSelectorMutation, validateNodeAffinityMutation of
 * pkg/apis/core/validation/validation.go.
 */
import { isFields, stringMap, struct, structs, text } from '../../access.ts';
import type { Fields } from '../../access.ts';
import { forbidden, invalid } from '../../field.ts';
import type { FieldError, Path } from '../../field.ts';
import { eachSliceVal, semanticEqual } from '../checks.ts';
import { printInternal } from '../internal/print.ts';

export function validateOnlyDeletedGates(now: Fields, old: Fields, path: Path): FieldError[] {
  const known = structs(old, 'schedulingGates').map((gate) => text(gate, 'name'));
  return structs(now, 'schedulingGates').flatMap((gate, i) => {
    const name = text(gate, 'name');
    return known.includes(name) ? [] : [forbidden(path.child('schedulingGates').index(i).child('name'), `only deletion is allowed, but found new scheduling gate '${name}'`)];
  });
}

const terms = 'requiredDuringSchedulingIgnoredDuringExecution';
const nodeAffinityOf = (spec: Fields) => struct(spec, 'affinity')['nodeAffinity'];
const termsOf = (spec: Fields) => structs(struct(struct(struct(spec, 'affinity'), 'nodeAffinity'), terms), 'nodeSelectorTerms');

function onlyAdds(now: Fields, old: Fields): boolean {
  const lists = ['matchExpressions', 'matchFields'];
  const nothing = (term: Fields) => lists.every((list) => structs(term, list).length === 0);
  if (nothing(old)) return nothing(now);
  return lists.every((list) => semanticEqual(structs(now, list).slice(0, structs(old, list).length), structs(old, list)));
}

function validateNodeAffinity(now: Fields, old: Fields, path: Path): FieldError[] {
  const [after, before] = [termsOf(now), termsOf(old)];
  const at = path.child('affinity', 'nodeAffinity', terms, 'nodeSelectorTerms');
  const printed = (term: Fields) => printInternal('NodeSelectorTerm', term);
  if (before.length > 0 && after.length !== before.length) {
    return [invalid(at, after.length === 0 ? null : after.map(printed), 'no additions/deletions to non-empty NodeSelectorTerms list are allowed')];
  }
  return eachSliceVal(before, at, (term, own, i) => (onlyAdds(after[i] ?? {}, term) ? [] : [invalid(own, printed(after[i] ?? {}), 'only additions are allowed (no mutations or deletions)')]));
}

export function validateGatedPod(now: Fields, old: Fields, path: Path): FieldError[] {
  const [selector, before] = [stringMap(now, 'nodeSelector'), stringMap(old, 'nodeSelector')];
  const lost = Object.entries(before).some(([key, value]) => selector[key] !== value);
  return [
    ...(lost ? [invalid(path.child('nodeSelector'), now['nodeSelector'] ?? null, 'only additions to spec.nodeSelector are allowed (no mutations or deletions)')] : []),
    ...validateNodeAffinity(now, old, path),
  ];
}

/** The new spec with what a gated pod may change put back. */
export function withoutGatedChanges(now: Fields, old: Fields): Fields {
  const before = nodeAffinityOf(old);
  const { nodeAffinity: _nodeAffinity, ...others } = struct(now, 'affinity');
  const affinity = { ...others, ...(isFields(before) && { nodeAffinity: before }) };
  return { ...now, nodeSelector: old['nodeSelector'], affinity: Object.keys(affinity).length === 0 ? old['affinity'] : affinity };
}
