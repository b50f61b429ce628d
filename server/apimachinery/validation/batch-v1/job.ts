/**
 * Jobs.
 *
 * Upstream: ValidateJob, ValidateJobUpdate of pkg/apis/batch/validation/validation.go, validationOptionsForJob of
 * pkg/registry/batch/job/strategy.go.
 */
import { int, isFields, stringMap, struct, structs, text } from '../../access.ts';
import type { Fields } from '../../access.ts';
import { invalid, newPath, required } from '../../field.ts';
import type { FieldError } from '../../field.ts';
import { isDNS1123Label } from '../../names.ts';
import type { KubeObject } from '../../types.ts';
import { fieldImmutable, semanticEqual, validateImmutableField } from '../checks.ts';
import { printInternal, printPodTemplate } from '../internal/print.ts';
import { newKind } from '../new-kind.ts';
import { nameIsDNSSubdomain } from '../object-names.ts';
import { printedSelector, selectorOf, validateSelectorUpdate } from '../workloads.ts';
import { isIndexed, validateJobSpec } from './job-spec.ts';
import { validateJobStatusUpdate } from './job-status.ts';

const path = newPath('spec');

const prefix = 'batch.kubernetes.io/';
const labelsOf = (obj: KubeObject) => stringMap(struct(struct(struct(obj, 'spec'), 'template'), 'metadata'), 'labels');

/** Jobs that were made before labels had the prefix go on without it. */
function mayLackPrefix(old: KubeObject): boolean {
  const labels = labelsOf(old);
  return ['job-name', 'controller-uid'].some((name) => labels[prefix + name] === undefined);
}

function validateGeneratedSelector(obj: KubeObject, old?: KubeObject): FieldError[] {
  const { name = '', uid = '' } = obj.metadata;
  const spec = struct(obj, 'spec');
  const { selector } = spec;
  if (spec['manualSelector'] === true || !isFields(selector)) return [];
  const expected = { 'controller-uid': uid, 'job-name': name, ...(!(old && mayLackPrefix(old)) && { [`${prefix}controller-uid`]: uid, [`${prefix}job-name`]: name }) };
  const labels = labelsOf(obj);
  const at = path.child('template', 'metadata', 'labels');
  const errors = uid === '' ? [required(newPath('metadata', 'uid'))] : [];
  for (const [key, value] of Object.entries(expected)) {
    if (labels[key] === undefined) errors.push(required(at.key(key), `must be '${value}'`));
    else if (labels[key] !== value) errors.push(invalid(at.key(key), labels, `must be '${value}'`));
  }
  const read = selectorOf(selector);
  return read && !read.matches(expected) ? [...errors, invalid(path.child('selector'), printedSelector(selector), '`selector` not auto-generated')] : errors;
}

function validate(obj: KubeObject, old?: KubeObject): FieldError[] {
  const spec = struct(obj, 'spec');
  const { name = '' } = obj.metadata;
  const completions = int(spec, 'completions') ?? 0;
  const host = `${name}-${completions - 1}`;
  const unnamable = isIndexed(spec) && completions > 0 && isDNS1123Label(host).length > 0;
  return [
    ...validateGeneratedSelector(obj, old),
    ...validateJobSpec(spec, path),
    ...(unnamable ? [invalid(newPath('metadata', 'name'), name, `will not able to create pod with invalid DNS label: ${host}`)] : []),
  ];
}

function validateCompletions(now: Fields, old: Fields): FieldError[] {
  const at = path.child('completions');
  if (!isIndexed(now)) return validateImmutableField(now['completions'] ?? null, old['completions'], at);
  if (now['completions'] === old['completions'] || now['completions'] === undefined || now['completions'] === now['parallelism']) return [];
  return [invalid(at, now['completions'], 'can only be modified in tandem with spec.parallelism')];
}

/** A Job that waits may be told where to run, and with what. */
function mayChangeTemplate(old: KubeObject): boolean {
  const status = struct(old, 'status');
  const suspended = structs(status, 'conditions').some((c) => c['type'] === 'Suspended' && c['status'] === 'True');
  return struct(old, 'spec')['suspend'] === true && (text(status, 'startTime') === '' || suspended) && (int(status, 'active') ?? 0) === 0;
}

function withoutResources(now: Fields, other: Fields): Fields {
  const names = (spec: Fields, list: string) => structs(spec, list).map((c) => text(c, 'name')).join();
  const lists = ['containers', 'initContainers'].filter((list) => names(now, list) === names(other, list));
  return { ...now, ...Object.fromEntries(lists.map((list) => [list, structs(now, list).map(({ resources: _resources, ...rest }) => rest)])) };
}

function validateTemplate(now: Fields, old: Fields, mutable: boolean): FieldError[] {
  const [template, before] = [struct(now, 'template'), struct(old, 'template')];
  if (!mutable) return semanticEqual(template, before) ? [] : [invalid(path.child('template'), printPodTemplate(template), fieldImmutable)];
  const directed = ({ nodeSelector: _n, tolerations: _t, schedulingGates: _g, affinity, ...rest }: Fields): Fields => {
    const { nodeAffinity: _a, ...others } = isFields(affinity) ? affinity : {};
    return { ...rest, affinity: others };
  };
  const [spec, oldSpec] = [directed(struct(template, 'spec')), directed(struct(before, 'spec'))];
  return semanticEqual(withoutResources(spec, oldSpec), withoutResources(oldSpec, spec)) ? [] : [invalid(path.child('template.spec'), printInternal('PodSpec', template['spec']), fieldImmutable)];
}

const fixed = ['completionMode', 'podFailurePolicy', 'backoffLimitPerIndex', 'managedBy', 'successPolicy'];

const printed: Record<string, string> = { podFailurePolicy: 'PodFailurePolicy', successPolicy: 'SuccessPolicy' };

function validateFixed(name: string, now: Fields, old: Fields): FieldError[] {
  const value = now[name];
  const shown = isFields(value) && printed[name] !== undefined ? printInternal(printed[name], value) : (value ?? null);
  return semanticEqual(value, old[name]) ? [] : [invalid(path.child(name), shown, fieldImmutable)];
}

/** After all that a create has to pass. */
function validateUpdate(obj: KubeObject, old: KubeObject): FieldError[] {
  const [now, before] = [struct(obj, 'spec'), struct(old, 'spec')];
  return [
    ...validateJobSpec(now, path),
    ...validateCompletions(now, before),
    ...validateSelectorUpdate(now, before, path.child('selector')),
    ...validateTemplate(now, before, mayChangeTemplate(old)),
    ...fixed.flatMap((name) => validateFixed(name, now, before)),
  ];
}

export const job = newKind({ namespaced: true, nameFn: nameIsDNSSubdomain, validate, order: ['create', 'meta', 'own'], validateUpdate, subresources: { status: validateJobStatusUpdate } });
