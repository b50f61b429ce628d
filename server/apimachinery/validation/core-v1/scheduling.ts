/**
 * Where pods want to run, near what, spread how, and what holds them back.
 *
 * Upstream: validateAffinity, validateTopologySpreadConstraints, validateSchedulingGates, validateReadinessGates of
 * pkg/apis/core/validation/validation.go.
 */
import { int, isFields, stringMap, strings, struct, structs, text } from '../../access.ts';
import type { Fields } from '../../access.ts';
import { duplicate, forbidden, invalid, notSupported, required } from '../../field.ts';
import type { FieldError, Path } from '../../field.ts';
import { isQualifiedName } from '../../names.ts';
import { check, eachSliceVal, validatePositiveField, validateQualifiedName } from '../checks.ts';
import { validateLabelSelector } from '../labels.ts';
import { nameIsDNSLabel } from '../object-names.ts';
import { validateNodeSelector, validatePreferredSchedulingTerms } from './node-selectors.ts';

const requiredTerms = 'requiredDuringSchedulingIgnoredDuringExecution';
const preferredTerms = 'preferredDuringSchedulingIgnoredDuringExecution';

/** Labels whose values a pod brings itself. */
function validateLabelKeys(term: Fields, path: Path): FieldError[] {
  const { labelSelector } = term;
  const [match, mismatch] = [strings(term, 'matchLabelKeys'), strings(term, 'mismatchLabelKeys')];
  const errors = ['matchLabelKeys', 'mismatchLabelKeys'].flatMap((name) => {
    const keys = strings(term, name);
    if (keys.length > 0 && !isFields(labelSelector)) return [forbidden(path.child(name), 'must not be specified when labelSelector is not set')];
    return eachSliceVal(keys, path.child(name), (key, at) => check(isQualifiedName(key), key, at));
  });
  const selected = new Set(Object.keys(isFields(labelSelector) ? stringMap(labelSelector, 'matchLabels') : {}));
  for (const { key } of isFields(labelSelector) ? structs(labelSelector, 'matchExpressions') : []) {
    if (match.includes(String(key)) && selected.has(String(key))) errors.push(invalid(path.index(match.lastIndexOf(String(key))), key, 'exists in both matchLabelKeys and labelSelector'));
    selected.add(String(key));
  }
  const both = eachSliceVal(match, path.child('matchLabelKeys'), (key, at) => (mismatch.includes(key) ? [invalid(at, key, 'exists in both matchLabelKeys and mismatchLabelKeys')] : []));
  return [...errors, ...both];
}

function validatePodTerm(term: Fields, path: Path): FieldError[] {
  const key = text(term, 'topologyKey');
  return [
    ...['labelSelector', 'namespaceSelector'].flatMap((name) => (isFields(term[name]) ? validateLabelSelector(struct(term, name), path.child(name)) : [])),
    ...strings(term, 'namespaces').flatMap((name) => check(nameIsDNSLabel(name, false), name, path.child('namespace'))),
    ...validateLabelKeys(term, path),
    ...(key === '' ? [required(path.child('topologyKey'), 'can not be empty')] : []),
    ...check(isQualifiedName(key), key, path.child('topologyKey')),
  ];
}

function validateWeightedTerm(term: Fields, path: Path): FieldError[] {
  const weight = int(term, 'weight') ?? 0;
  const outside = weight > 0 && weight <= 100 ? [] : [invalid(path.child('weight'), weight, 'must be in the range 1-100')];
  return [...outside, ...validatePodTerm(struct(term, 'podAffinityTerm'), path.child('podAffinityTerm'))];
}

export function validateAffinity(affinity: Fields, path: Path): FieldError[] {
  const node = struct(affinity, 'nodeAffinity');
  const nodeAt = path.child('nodeAffinity');
  return [
    ...validateNodeSelector(node[requiredTerms], nodeAt.child(requiredTerms)),
    ...validatePreferredSchedulingTerms(structs(node, preferredTerms), nodeAt.child(preferredTerms)),
    ...['podAffinity', 'podAntiAffinity'].flatMap((kind) => [
      ...eachSliceVal(structs(struct(affinity, kind), requiredTerms), path.child(kind, requiredTerms), validatePodTerm),
      ...eachSliceVal(structs(struct(affinity, kind), preferredTerms), path.child(kind, preferredTerms), validateWeightedTerm),
    ]),
  ];
}

const actions = ['DoNotSchedule', 'ScheduleAnyway'];
const inclusions = ['Honor', 'Ignore'];
const pairOf = (constraint: Fields) => `{${text(constraint, 'topologyKey')}, ${text(constraint, 'whenUnsatisfiable')}}`;

function validateMinDomains(constraint: Fields, path: Path): FieldError[] {
  const domains = int(constraint, 'minDomains');
  const action = text(constraint, 'whenUnsatisfiable');
  if (domains === undefined) return [];
  const errors = validatePositiveField(domains, path);
  return action === 'DoNotSchedule' ? errors : [...errors, invalid(path, domains, `can only use minDomains if whenUnsatisfiable=DoNotSchedule, not ${action}`)];
}

export function validateTopologySpread(constraints: Fields[], path: Path): FieldError[] {
  return eachSliceVal(constraints, path, (constraint, at, i) => {
    const action = text(constraint, 'whenUnsatisfiable');
    const { labelSelector } = constraint;
    const repeats = constraints.slice(i + 1).some((other) => pairOf(other) === pairOf(constraint));
    return [
      ...validatePositiveField(int(constraint, 'maxSkew') ?? 0, at.child('maxSkew')),
      ...(text(constraint, 'topologyKey') === '' ? [required(at.child('topologyKey'), 'can not be empty')] : []),
      ...(actions.includes(action) ? [] : [notSupported(at.child('whenUnsatisfiable'), action, actions)]),
      ...(repeats ? [duplicate(at.child('{topologyKey, whenUnsatisfiable}'), pairOf(constraint))] : []),
      ...validateMinDomains(constraint, at.child('minDomains')),
      ...['nodeAffinityPolicy', 'nodeTaintsPolicy'].flatMap((name) =>
        constraint[name] === undefined || inclusions.includes(text(constraint, name)) ? [] : [notSupported(at.child(name), constraint[name], inclusions)],
      ),
      ...validateLabelKeys(constraint, at),
      ...(isFields(labelSelector) ? validateLabelSelector(labelSelector, at.child('labelSelector')) : []),
    ];
  });
}

export function validateGates(spec: Fields, path: Path): FieldError[] {
  const gates = structs(spec, 'schedulingGates').map((gate) => text(gate, 'name'));
  const at = path.child('schedulingGates');
  return [
    ...eachSliceVal(structs(spec, 'readinessGates'), path.child('readinessGates'), (gate, at) => validateQualifiedName(text(gate, 'conditionType'), at.child('conditionType'))),
    ...eachSliceVal(gates, at, (gate, own, i) => [...validateQualifiedName(gate, own), ...(gates.indexOf(gate) < i ? [duplicate(own, gate)] : [])]),
  ];
}
