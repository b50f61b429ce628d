/**
 * What workloads share: templates of pods, and the selectors that have to find what is made from them.
 *
 * Upstream: ValidatePodTemplateSpecForReplicaSet, ValidatePodTemplateSpecForRC and the checks of selectors in
 * pkg/apis/{apps,core}/validation/validation.go.
 */
import { isFields, stringMap, strings, struct, structs, text } from '../access.ts';
import type { Fields } from '../access.ts';
import { forbidden, invalid, notSupported, required } from '../field.ts';
import type { FieldError, Path } from '../field.ts';
import { labelSelectorAsSelector, nothingLabels } from '../labels.ts';
import type { LabelSelector } from '../labels.ts';
import { validateImmutableField } from './checks.ts';
import { validatePodTemplateSpec } from './core-v1/pod-template.ts';
import { validateLabelSelector } from './labels.ts';

/** No selector finds nothing; undefined for one that cannot be read. */
export function selectorOf(selector: unknown): LabelSelector | undefined {
  if (!isFields(selector)) return nothingLabels;
  try {
    const matchExpressions = structs(selector, 'matchExpressions').map((e) => ({ key: text(e, 'key'), operator: text(e, 'operator'), values: strings(e, 'values') }));
    return labelSelectorAsSelector({ matchLabels: stringMap(selector, 'matchLabels'), matchExpressions });
  } catch {
    return undefined;
  }
}

export const isEmptySelector = (selector: Fields) => Object.keys(struct(selector, 'matchLabels')).length + structs(selector, 'matchExpressions').length === 0;

/** A selector as upstream's type prints it: empty fields are not there. */
export function printedSelector(selector: Fields): Fields {
  return Object.fromEntries(Object.entries(selector).filter(([, value]) => (Array.isArray(value) ? value.length > 0 : isFields(value) && Object.keys(value).length > 0)));
}

/** A selector of its own that a workload has to have. */
export function validateSelector(selector: unknown, kind: string, at: Path): FieldError[] {
  if (!isFields(selector)) return [required(at)];
  return [...validateLabelSelector(selector, at), ...(isEmptySelector(selector) ? [invalid(at, {}, `empty selector is invalid for ${kind}`)] : [])];
}

/** What a workload finds stays what it was. */
export function validateSelectorUpdate({ selector }: Fields, old: Fields, at: Path): FieldError[] {
  return validateImmutableField(isFields(selector) ? printedSelector(selector) : undefined, old['selector'], at);
}

const labelsOf = (template: Fields) => struct(template, 'metadata')['labels'];

export function validateSelectorMatches(template: Fields, selector: LabelSelector, at: Path): FieldError[] {
  const labels = labelsOf(template);
  if (selector.matches(isFields(labels) ? stringMap({ labels }, 'labels') : {})) return [];
  return [invalid(at.child('metadata', 'labels'), labels ?? null, '`selector` does not match template `labels`')];
}

/** Pods of a workload run for ever. */
export function validateRunsForever(template: Fields, kind: string, at: Path): FieldError[] {
  const spec = struct(template, 'spec');
  const restartPolicy = text(spec, 'restartPolicy');
  return [
    ...(restartPolicy === 'Always' ? [] : [notSupported(at.child('spec', 'restartPolicy'), restartPolicy, ['Always'])]),
    ...(spec['activeDeadlineSeconds'] === undefined ? [] : [forbidden(at.child('spec', 'activeDeadlineSeconds'), `activeDeadlineSeconds in ${kind} is not Supported`)]),
  ];
}

/** `kind`: as the messages name it. */
export function validatePodTemplateSpecFor(kind: string, template: Fields, selector: LabelSelector, at: Path): FieldError[] {
  return [
    ...(selector.empty ? [] : validateSelectorMatches(template, selector, at)),
    ...validatePodTemplateSpec(template, at),
    ...validateRunsForever(template, kind, at),
  ];
}
