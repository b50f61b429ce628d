/**
 * Pods that get more or less CPU and memory while they run.
 *
 * Upstream: ValidatePodResize of pkg/apis/core/validation/validation.go. Leaves out resources of whole pods and claims
 * on what nodes have to give.
 */
import { isFields, struct, structs, text } from '../../access.ts';
import type { Fields } from '../../access.ts';
import { forbidden, newPath } from '../../field.ts';
import type { FieldError, Path } from '../../field.ts';
import type { KubeObject } from '../../types.ts';
import { semanticEqual } from '../checks.ts';
import { metadata } from '../new-kind.ts';
import { validateObjectMetaUpdate } from '../object-meta.ts';
import { validatePodSpec } from './pod-spec.ts';

const path = newPath('spec');
const lists = ['containers', 'initContainers'] as const;
const resizable = ['cpu', 'memory'];

function validateRemoved(now: Fields, old: Fields, at: Path): FieldError[] {
  return ['requests', 'limits'].flatMap((kind) => {
    const after = struct(struct(now, 'resources'), kind);
    const gone = Object.keys(struct(struct(old, 'resources'), kind)).some((name) => !(name in after));
    return gone ? [forbidden(at.child('resources', kind), `resource ${kind} cannot be removed`)] : [];
  });
}

/** Everything of a container but what may change. */
function fixed(container: Fields): Fields {
  const { resizePolicy: _policy, resources, ...rest } = container;
  const without = (kind: string) => Object.fromEntries(Object.entries(struct(isFields(resources) ? resources : {}, kind)).filter(([name]) => !resizable.includes(name)));
  return { ...rest, resources: { ...(isFields(resources) ? resources : {}), requests: without('requests'), limits: without('limits') } };
}

function validateContainer(list: string, now: Fields, old: Fields, at: Path): FieldError[] {
  const errors = validateRemoved(now, old, at);
  if (semanticEqual(fixed(now), fixed(old))) return errors;
  return [...errors, list === 'containers' ? forbidden(path, 'only cpu and memory resources are mutable') : forbidden(at, 'only cpu and memory resources for init or sidecar containers are mutable')];
}

function validateContainers(now: Fields, old: Fields): FieldError[] {
  const errors = lists.flatMap((list) => {
    const [after, before] = [structs(now, list), structs(old, list)];
    const at = path.child(list);
    if (after.length !== before.length) return [forbidden(at, `${list} may not be added or removed on resize`)];
    return before.flatMap((container, i) => (container['name'] === after[i]?.['name'] ? [] : [forbidden(at.index(i).child('name'), `${list} may not be renamed or reordered on resize`)]));
  });
  if (errors.length > 0) return errors;
  return lists.flatMap((list) => structs(old, list).flatMap((before, i) => validateContainer(list, structs(now, list)[i] ?? {}, before, path.child(list).index(i))));
}

/** A node that knows of resizing tells the resources of what it runs. */
function runsWithoutSupport(old: KubeObject): boolean {
  const running = structs(struct(old, 'status'), 'containerStatuses').find((status) => isFields(struct(status, 'state')['running']));
  return running !== undefined && !isFields(running['resources']);
}

export function validatePodResize(obj: KubeObject, old: KubeObject): FieldError[] {
  const [now, before] = [struct(obj, 'spec'), struct(old, 'spec')];
  if (old.metadata.annotations?.['kubernetes.io/config.mirror'] !== undefined) return [forbidden(newPath(), 'static pods cannot be resized')];
  if (text(struct(before, 'os'), 'name') === 'windows') return [forbidden(newPath(), 'windows pods cannot be resized')];
  return [
    ...validateObjectMetaUpdate(obj.metadata, old.metadata, metadata),
    ...validatePodSpec(now, true, path),
    ...(runsWithoutSupport(old) ? [forbidden(path, 'Pod running on node without support for resize')] : []),
    ...validateContainers(now, before),
  ];
}
