/**
 * Strategies of Pods, and of what holds a template of them.
 *
 * Upstream: pkg/registry/core/pod/strategy.go, DropDisabledTemplateFields of pkg/api/pod/util.go.
 */
import { int, isFields, struct, structs } from '../../apimachinery/access.ts';
import type { Fields } from '../../apimachinery/access.ts';
import { semanticDeepEqual } from '../../apimachinery/deep.ts';
import type { KubeObject } from '../../apimachinery/types.ts';
import { podQOSClass } from '../../apimachinery/validation/core-v1/pod-qos.ts';
import type { DeleteOptions } from '../rest.ts';
import type { Strategy } from '../strategy.ts';
import { copyField } from './default-strategy.ts';
import type { Override } from './override.ts';
import { applyAppArmor, applyPodLabels, dropDisabledFields, labelsOf } from './pod-fields.ts';

/** Upstream's conversion knows no negative period. */
function raiseGracePeriod(spec: Fields): Fields {
  return (int(spec, 'terminationGracePeriodSeconds') ?? 0) < 0 ? { ...spec, terminationGracePeriodSeconds: 1 } : spec;
}

function gatedCondition({ metadata }: KubeObject): object {
  const message = 'Scheduling is blocked due to non-empty scheduling gates';
  return { type: 'PodScheduled', status: 'False', lastProbeTime: null, lastTransitionTime: metadata.creationTimestamp, reason: 'SchedulingGated', message };
}

/** A condition that does not say of which generation it is stays with the one before. */
function keepObservedGenerations(obj: KubeObject, old: KubeObject): void {
  const [status, before] = [struct(obj, 'status'), struct(old, 'status')];
  const earlier = structs(before, 'conditions');
  const seen = new Map<unknown, number>();
  const conditions = structs(status, 'conditions').map((condition) => {
    const nth = seen.get(condition['type']) ?? 0;
    seen.set(condition['type'], nth + 1);
    const observed = earlier.filter((c) => c['type'] === condition['type'])[nth]?.['observedGeneration'];
    return condition['observedGeneration'] || !observed ? condition : { ...condition, observedGeneration: observed };
  });
  const generation = status['observedGeneration'] || before['observedGeneration'];
  if (isFields(obj.status)) obj.status = { ...status, ...(conditions.length > 0 && { conditions }), ...(generation ? { observedGeneration: generation } : {}) };
}

/** Of containers, a resize reads what they request and how they get it; where they are not the same ones, validation says so. */
function keepButResources(obj: KubeObject, old: KubeObject): void {
  const [now, before] = [struct(obj, 'spec'), struct(old, 'spec')];
  const lists = ['containers', 'initContainers'];
  if (lists.some((list) => structs(now, list).length !== structs(before, list).length)) return;
  const resized = lists.flatMap((list) => {
    const [after, had] = [structs(now, list), structs(before, list)];
    if (had.length === 0 || after.some((container, i) => container['name'] !== had[i]?.['name'])) return [];
    return [[list, had.map((container, i) => {
      const kept = { ...container };
      for (const field of ['resources', 'resizePolicy']) copyField(kept, after[i] ?? {}, field);
      return kept;
    })]];
  });
  obj.spec = { ...now, ...Object.fromEntries(resized) };
}

function prepareSubresource(subresource: string, obj: KubeObject, old: KubeObject): void {
  if (subresource === 'status') return keepObservedGenerations(obj, old);
  if (subresource === 'resize') keepButResources(obj, old);
  for (const field of ['labels', 'annotations', 'finalizers', 'ownerReferences'] as const) copyField(obj.metadata, old.metadata, field);
  const same = semanticDeepEqual(obj.spec, old.spec);
  if (old.metadata.generation !== undefined) obj.metadata.generation = old.metadata.generation + (same ? 0 : 1);
}

/** An unscheduled or finished Pod has no containers that would need time to end. */
function gracePeriodSeconds(obj: KubeObject, options: DeleteOptions): number {
  const [spec, status] = [struct(obj, 'spec'), struct(obj, 'status')];
  if (!spec['nodeName'] || status['phase'] === 'Failed' || status['phase'] === 'Succeeded') return 0;
  const seconds = options.gracePeriodSeconds ?? int(spec, 'terminationGracePeriodSeconds') ?? 0;
  return seconds < 0 ? 1 : seconds;
}

export const pods: Override = (main) => ({
  prepareForCreate(obj, ctx) {
    obj.metadata.generation = 1;
    const spec = dropDisabledFields(raiseGracePeriod(struct(obj, 'spec')));
    obj.spec = applyPodLabels(spec, labelsOf(obj));
    const gated = structs(spec, 'schedulingGates').length > 0;
    obj.status = { phase: 'Pending', qosClass: podQOSClass(obj), ...(gated && { conditions: [gatedCondition(obj)] }) };
    applyAppArmor(obj, (warning) => ctx.warnings.add(warning));
  },
  prepareForUpdate(obj, old, ctx) {
    obj.spec = dropDisabledFields(raiseGracePeriod(struct(obj, 'spec')));
    main.prepareForUpdate(obj, old, ctx);
  },
  prepareSubresource,
  gracePeriodSeconds,
});

function changeAt(obj: Fields, [step, ...rest]: string[], change: (at: Fields) => Fields): void {
  const inner = step === undefined ? undefined : obj[step];
  if (step === undefined || !isFields(inner)) return;
  if (rest.length === 0) {
    obj[step] = change(inner);
    return;
  }
  const copy = { ...inner };
  obj[step] = copy;
  changeAt(copy, rest, change);
}

/** `path` leads to the spec of the template's pods; `change` does what else the kind leaves out. */
export function withTemplate(path: string[], override: Override = () => ({}), change: (obj: KubeObject) => void = () => undefined): Override {
  return (main, clock) => {
    const overridden = override(main, clock);
    const own: Strategy = { ...main, ...overridden };
    const drop = (obj: KubeObject) => {
      change(obj);
      changeAt(obj, path, dropDisabledFields);
    };
    return {
      ...overridden,
      prepareForCreate(obj, ctx) {
        drop(obj);
        own.prepareForCreate(obj, ctx);
      },
      prepareForUpdate(obj, old, ctx) {
        drop(obj);
        own.prepareForUpdate(obj, old, ctx);
      },
    };
  };
}
