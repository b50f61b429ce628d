/**
 * Pods that get more or less CPU and memory while they run.
 *
 * Upstream: ValidatePodResize of pkg/apis/core/validation/validation.go. Leaves out claims on what nodes have to give.
 */
import { isFields, struct, structs, text } from '../../access.ts';
import type { Fields } from '../../access.ts';
import { Path, forbidden, invalid, newPath } from '../../field.ts';
import type { FieldError } from '../../field.ts';
import type { KubeObject } from '../../types.ts';
import { eachSliceVal, semanticEqual } from '../checks.ts';
import { metadata } from '../new-kind.ts';
import { validateKubeObjectMetaUpdate } from '../object-meta.ts';
import { mirror, validateMetadataAndSpec } from './pod-metadata.ts';
import { podQOSClass } from './pod-qos.ts';

const path = newPath('spec');
const lists = ['containers', 'initContainers'] as const;
const resizable = ['cpu', 'memory'];

function validateRemoved(now: Fields, old: Fields, what: string, at: Path): FieldError[] {
  return ['requests', 'limits'].flatMap((kind) => {
    const after = struct(struct(now, 'resources'), kind);
    const gone = Object.keys(struct(struct(old, 'resources'), kind)).some((name) => !Object.hasOwn(after, name));
    return gone ? [forbidden(at.child('resources', kind), `${what} ${kind} cannot be removed`)] : [];
  });
}

/** Resources without what may change. */
function fixed(resources: Fields): Fields {
  const without = (kind: string) => Object.fromEntries(Object.entries(struct(resources, kind)).filter(([name]) => !resizable.includes(name)));
  return { requests: without('requests'), limits: without('limits') };
}

const keeps = (now: Fields, old: Fields) => semanticEqual({ ...now, resources: fixed(struct(now, 'resources')) }, { ...old, resources: { ...struct(old, 'resources'), ...fixed(struct(old, 'resources')) } });

function validateInit(now: Fields, old: Fields, at: Path): FieldError[] {
  const errors = keeps(now, old) ? [] : [forbidden(at, 'only cpu and memory resources for init or sidecar containers are mutable')];
  if (now['restartPolicy'] === 'Always' || semanticEqual(now, old)) return errors;
  const restarts = structs(now, 'resizePolicy').filter((policy) => policy['restartPolicy'] === 'RestartContainer');
  return [...errors, ...restarts.map(() => forbidden(at, 'non-sidecar init containers with a resize policy of RestartContainer cannot be resized'))];
}

function validateContainers(now: Fields, old: Fields): FieldError[] {
  const errors = lists.flatMap((list) => {
    const [after, before] = [structs(now, list), structs(old, list)];
    const at = path.child(list);
    if (after.length !== before.length) return [forbidden(at, `${list} may not be added or removed on resize`)];
    return eachSliceVal(before, at, (container, own, i) => (container['name'] === after[i]?.['name'] ? [] : [forbidden(own.child('name'), `${list} may not be renamed or reordered on resize`)]));
  });
  if (errors.length > 0) return errors;
  const pairs = (list: string) => structs(old, list).map((before, i) => ({ before, after: structs(now, list)[i] ?? {}, at: path.child(list).index(i) }));
  return [
    ...['initContainers', 'containers'].flatMap((list) => pairs(list).flatMap(({ before, after, at }) => validateRemoved(after, before, 'resource', at))),
    ...pairs('containers').flatMap(({ before, after }) => (keeps(after, before) ? [] : [forbidden(path, 'only cpu and memory resources are mutable')])),
    ...pairs('initContainers').flatMap(({ before, after, at }) => validateInit(after, before, at)),
  ];
}

/** Resources of the pod as a whole. */
function validatePodLevel(now: Fields, old: Fields): FieldError[] {
  if (!isFields(now['resources'])) return isFields(old['resources']) ? [forbidden(path.child('resources'), 'pod-level resources cannot be removed')] : [];
  const same = semanticEqual(fixed(now['resources']), fixed(struct(old, 'resources')));
  return [...validateRemoved(now, old, 'pod-level resource', path), ...(same ? [] : [forbidden(path, 'only cpu and memory resources are mutable at pod-level')])];
}

/** A node that knows of resizing tells the resources of what it runs. */
function runsWithoutSupport(old: KubeObject): boolean {
  const running = structs(struct(old, 'status'), 'containerStatuses').find((status) => isFields(struct(status, 'state')['running']));
  return running !== undefined && !isFields(running['resources']);
}

export function validatePodResize(obj: KubeObject, old: KubeObject): FieldError[] {
  const [now, before] = [struct(obj, 'spec'), struct(old, 'spec')];
  if (old.metadata.annotations?.[mirror] !== undefined) return [forbidden(new Path('[]'), 'static pods cannot be resized')];
  if (text(struct(before, 'os'), 'name') === 'windows') return [forbidden(new Path('[]'), 'windows pods cannot be resized')];
  const qos = text(struct(obj, 'status'), 'qosClass');
  return [
    ...validateKubeObjectMetaUpdate(obj.metadata, old.metadata, metadata),
    ...validateMetadataAndSpec(obj),
    ...((text(struct(old, 'status'), 'qosClass') || podQOSClass(old)) === podQOSClass(obj) ? [] : [invalid(path, qos, 'Pod QOS Class may not change as a result of resizing')]),
    ...(runsWithoutSupport(old) ? [forbidden(path, 'Pod running on node without support for resize')] : []),
    ...validatePodLevel(now, before),
    ...validateContainers(now, before),
  ];
}
