/**
 * StatefulSets.
 *
 * Upstream: ValidateStatefulSet and its updates of pkg/apis/apps/validation/validation.go.
 */
import { int, isFields, stringMap, struct, structs, text } from '../../access.ts';
import type { Fields } from '../../access.ts';
import { forbidden, invalid, newPath, notSupported, required } from '../../field.ts';
import type { FieldError, Path } from '../../field.ts';
import { eachSliceVal, semanticEqual, validateDNS1123Label, validateNonnegativeField, validateNonnegativeFields } from '../checks.ts';
import { validateClaimSpec } from '../core-v1/persistent-volume-claim.ts';
import { validatePodAnnotations, validatePodTemplateSpec } from '../core-v1/pod-template.ts';
import { validateAnnotations, validateLabels } from '../labels.ts';
import { newKind } from '../new-kind.ts';
import { nameIsDNSLabel } from '../object-names.ts';
import { printedSelector, selectorOf, validateRunsForever, validateSelector, validateSelectorMatches } from '../workloads.ts';
import { newStatusUpdate } from '../status-counts.ts';
import { intOrPercentValue, validateNotMoreThan100Percent, validatePositiveIntOrPercent } from './rolling.ts';

const path = newPath('spec');

function validatePodManagementPolicy(policy: string): FieldError[] {
  const at = path.child('podManagementPolicy');
  if (policy === '') return [required(at)];
  return policy === 'OrderedReady' || policy === 'Parallel' ? [] : [invalid(at, policy, "must be 'OrderedReady' or 'Parallel'")];
}

const printedRolling = (rolling: unknown) => (isFields(rolling) ? { Partition: rolling['partition'] ?? 0, MaxUnavailable: rolling['maxUnavailable'] ?? null } : null);

function validateRollingUpdate(rolling: Fields, at: Path): FieldError[] {
  const errors = validateNonnegativeFields(rolling, ['partition'], at);
  const { maxUnavailable } = rolling;
  if (maxUnavailable === undefined) return errors;
  const field = at.child('maxUnavailable');
  errors.push(...validatePositiveIntOrPercent(maxUnavailable, field));
  if (intOrPercentValue(maxUnavailable) === 0) errors.push(invalid(field, maxUnavailable, 'cannot be 0'));
  return [...errors, ...validateNotMoreThan100Percent(maxUnavailable, field)];
}

function validateUpdateStrategy(strategy: Fields): FieldError[] {
  const at = path.child('updateStrategy');
  const { rollingUpdate } = strategy;
  const type = text(strategy, 'type');
  if (type === '') return [required(at)];
  if (type === 'RollingUpdate') return isFields(rollingUpdate) ? validateRollingUpdate(rollingUpdate, at.child('rollingUpdate')) : [];
  if (type !== 'OnDelete') return [invalid(at, { Type: type, RollingUpdate: printedRolling(rollingUpdate) }, "must be 'RollingUpdate' or 'OnDelete'")];
  return isFields(rollingUpdate) ? [invalid(at.child('rollingUpdate'), printedRolling(rollingUpdate), "only allowed for updateStrategy 'RollingUpdate'")] : [];
}

function validateRetention(policy: unknown): FieldError[] {
  if (!isFields(policy)) return [];
  return ['whenDeleted', 'whenScaled'].flatMap((when) =>
    ['Retain', 'Delete'].includes(text(policy, when)) ? [] : [notSupported(path.child('persistentVolumeClaimRetentionPolicy', when), text(policy, when), ['Retain', 'Delete'])],
  );
}

/** The template as its pods will be: claims become volumes, and the controller gives the names. */
function completeTemplate(spec: Fields): Fields {
  const template = struct(spec, 'template');
  const { subdomain: _subdomain, hostname: _hostname, ...pod } = struct(template, 'spec');
  const claims = [...new Set(structs(spec, 'volumeClaimTemplates').map((claim) => text(struct(claim, 'metadata'), 'name')))];
  const claimed = claims.map((name) => ({ name, persistentVolumeClaim: { claimName: name } }));
  return { ...template, spec: { ...pod, volumes: [...claimed, ...structs(pod, 'volumes').filter((v) => !claims.includes(text(v, 'name')))] } };
}

function validateTemplate(spec: Fields, tolerated: boolean): FieldError[] {
  const { selector } = spec;
  const at = path.child('template');
  const read = selectorOf(selector);
  if (!read) return [invalid(path.child('selector'), isFields(selector) ? printedSelector(selector) : null, '')];
  const template = completeTemplate(spec);
  const metadata = struct(template, 'metadata');
  const annotations = stringMap(metadata, 'annotations');
  return [
    ...(read.empty ? [] : validateSelectorMatches(template, read, at)),
    ...(tolerated ? [] : validatePodTemplateSpec(template, at)),
    // once more, as upstream has it
    ...validateLabels(stringMap(metadata, 'labels'), at.child('labels')),
    ...validateAnnotations(annotations, at.child('annotations')),
    ...validatePodAnnotations(annotations, struct(template, 'spec'), at.child('annotations')),
  ];
}

/** What an update lets stand as it was: what cannot change, and the template if the old spec was wrong already. */
interface Tolerated {
  fixed: boolean;
  template: boolean;
}

function validateSpec(spec: Fields, tolerated: Tolerated): FieldError[] {
  const serviceName = text(spec, 'serviceName');
  return [
    ...validatePodManagementPolicy(text(spec, 'podManagementPolicy')),
    ...validateUpdateStrategy(struct(spec, 'updateStrategy')),
    ...validateRetention(spec['persistentVolumeClaimRetentionPolicy']),
    ...(tolerated.fixed ? [] : eachSliceVal(structs(spec, 'volumeClaimTemplates'), path.child('volumeClaimTemplates'), (claim, at) => validateClaimSpec(struct(claim, 'spec'), at.child('spec')))),
    ...validateNonnegativeFields(spec, ['replicas', 'minReadySeconds'], path),
    ...validateNonnegativeField(int(struct(spec, 'ordinals'), 'start'), path.child('ordinals', 'start')),
    ...(tolerated.fixed || serviceName === '' ? [] : validateDNS1123Label(serviceName, path.child('serviceName'))),
    ...validateSelector(spec['selector'], 'statefulset', path.child('selector')),
    ...validateTemplate(spec, tolerated.template),
    ...validateRunsForever(struct(spec, 'template'), 'StatefulSet', path.child('template')),
  ];
}

const updatable = ['replicas', 'ordinals', 'template', 'updateStrategy', 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy', 'minReadySeconds'];
const others = `${updatable.slice(0, -1).map((name) => `'${name}'`).join(', ')} and 'minReadySeconds'`;
const fixed = (spec: Fields) => Object.fromEntries(Object.entries(spec).filter(([name]) => !updatable.includes(name)));

export const statefulSet = newKind({
  namespaced: true,
  nameFn: nameIsDNSLabel,
  validate: (obj) => validateSpec(struct(obj, 'spec'), { fixed: false, template: false }),
  validateUpdate: (obj, old) => {
    const [now, before] = [struct(obj, 'spec'), struct(old, 'spec')];
    const wasWrong = validateSpec(before, { fixed: true, template: false }).length > 0;
    const errors = validateSpec(now, { fixed: true, template: wasWrong });
    return semanticEqual(fixed(now), fixed(before)) ? errors : [...errors, forbidden(path, `updates to statefulset spec for fields other than ${others} are forbidden`)];
  },
  subresources: {
    status: newStatusUpdate({
      counts: ['replicas', 'readyReplicas', 'currentReplicas', 'updatedReplicas', 'availableReplicas', 'observedGeneration', 'collisionCount'],
      parts: ['readyReplicas', 'currentReplicas', 'updatedReplicas', 'availableReplicas'],
      ready: 'status.readyReplicas',
    }),
  },
});
