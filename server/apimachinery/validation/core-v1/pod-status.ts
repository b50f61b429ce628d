/**
 * How pods fare, as kubelets tell it.
 *
 * Upstream: ValidatePodStatusUpdate of pkg/apis/core/validation/validation.go. Leaves out resource claims, users of
 * containers, resources that are allocated, and sidecars and restart rules among containers that may run again.
 */
import { int, isFields, struct, structs, text } from '../../access.ts';
import type { Fields } from '../../access.ts';
import { duplicate, forbidden, invalid, newPath } from '../../field.ts';
import type { FieldError, Path } from '../../field.ts';
import { isDNS1123Subdomain } from '../../names.ts';
import type { KubeObject } from '../../types.ts';
import { check, validateIP, validateImmutableField, validateQualifiedName } from '../checks.ts';
import { parseIP } from '../ips.ts';
import { metadata } from '../new-kind.ts';
import { validateObjectMetaUpdate } from '../object-meta.ts';

const path = newPath('status');
const ownConditions = ['PodScheduled', 'Ready', 'Initialized'];

function validateConditions(conditions: Fields[]): FieldError[] {
  return conditions.flatMap((condition, i) => {
    const at = path.child('conditions').index(i);
    const generation = int(condition, 'observedGeneration') ?? 0;
    const type = text(condition, 'type');
    return [
      ...(generation < 0 ? [invalid(at.child('observedGeneration'), generation, 'must be a non-negative integer')] : []),
      ...(ownConditions.includes(type) ? [] : validateQualifiedName(type, at.child('Type'))),
    ];
  });
}

function validateNominatedNode(now: Fields, old: Fields, bound: boolean): FieldError[] {
  const node = text(now, 'nominatedNodeName');
  const at = path.child('nominatedNodeName');
  if (node === '' || node === text(old, 'nominatedNodeName')) return [];
  return [...check(isDNS1123Subdomain(node), node, at), ...(bound ? [forbidden(at, 'may not be set on pods that are already bound to a node')] : [])];
}

/** Containers that ended for good stay ended. */
function validateTransitions(now: Fields[], old: Fields[], mayRunAgain: (terminated: Fields) => boolean, at: Path): FieldError[] {
  return old.flatMap((before) => {
    const terminated = struct(before, 'state')['terminated'];
    if (!isFields(terminated) || mayRunAgain(terminated)) return [];
    const i = now.findIndex((status) => status['name'] === before['name']);
    const runs = i >= 0 && !isFields(struct(now[i] ?? {}, 'state')['terminated']);
    return runs ? [forbidden(at.index(i).child('state'), 'may not be transitioned to non-terminated state')] : [];
  });
}

function validateContainers(now: Fields, old: Fields, spec: Fields): FieldError[] {
  const policy = text(spec, 'restartPolicy');
  const failed = (terminated: Fields) => int(terminated, 'exitCode') !== 0;
  const lists: [string, (terminated: Fields) => boolean][] = [
    ['containerStatuses', (t) => policy === 'Always' || (policy === 'OnFailure' && failed(t))],
    ['initContainerStatuses', (t) => policy === 'Always' || (policy === 'OnFailure' && failed(t)) || structs(spec, 'initContainers').some((c) => c['restartPolicy'] === 'Always')],
    ['ephemeralContainerStatuses', () => false],
  ];
  return lists.flatMap(([name, mayRunAgain]) => validateTransitions(structs(now, name), structs(old, name), mayRunAgain, path.child(name)));
}

function validateIPs(status: Fields, name: string): FieldError[] {
  const at = path.child(name);
  const ips = structs(status, name).map((entry) => text(entry, 'ip'));
  const errors = ips.flatMap((ip, i) => validateIP(ip, at.index(i)));
  const families = ips.map((ip) => parseIP(ip)?.version);
  const repeated = ips.flatMap((ip, i) => (ips.indexOf(ip) < i ? [duplicate(at.index(i), ip)] : []));
  if (ips.length > 1 && errors.length === 0 && (new Set(families).size < 2 || ips.length > 2)) {
    errors.push(invalid(at, ips.map((ip) => ({ IP: ip })), 'may specify no more than one IP for each IP family'));
  }
  return [...errors, ...repeated];
}

export function validatePodStatusUpdate(obj: KubeObject, old: KubeObject): FieldError[] {
  const [now, before, spec] = [struct(obj, 'status'), struct(old, 'status'), struct(old, 'spec')];
  const generation = int(now, 'observedGeneration') ?? 0;
  return [
    ...validateObjectMetaUpdate(obj.metadata, old.metadata, metadata),
    ...validateConditions(structs(now, 'conditions')),
    ...validateNominatedNode(now, before, text(spec, 'nodeName') !== ''),
    ...(generation < 0 ? [invalid(path.child('observedGeneration'), generation, 'must be a non-negative integer')] : []),
    ...validateImmutableField(text(now, 'qosClass'), text(before, 'qosClass'), path.child('qosClass')),
    ...validateContainers(now, before, spec),
    ...validateIPs(now, 'podIPs'),
    ...validateIPs(now, 'hostIPs'),
  ];
}
