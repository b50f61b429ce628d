/**
 * How pods fare, as kubelets tell it.
 *
 * Upstream: ValidatePodStatusUpdate of pkg/apis/core/validation/validation.go, ContainerShouldRestart of
 * pkg/api/v1/pod/util.go.
 */
import { int, isFields, struct, structs, text } from '../../access.ts';
import type { Fields } from '../../access.ts';
import { duplicate, forbidden, internal, invalid, newPath } from '../../field.ts';
import type { FieldError, Path } from '../../field.ts';
import { isDNS1123Subdomain } from '../../names.ts';
import type { KubeObject } from '../../types.ts';
import { Names, check, eachSliceVal, validateImmutableField, validateQualifiedName } from '../checks.ts';
import { isIPv6Text, parseIPSloppy, validateLegacyIP } from '../legacy-ips.ts';
import { metadata } from '../new-kind.ts';
import { validateKubeObjectMetaUpdate } from '../object-meta.ts';
import { validateContainerStatuses, validateExtendedResourceClaim } from './container-statuses.ts';
import { validateAnnotationUpdates } from './pod-metadata.ts';

const path = newPath('status');
const ownConditions = ['PodScheduled', 'Ready', 'Initialized'];

function validateConditions(conditions: Fields[]): FieldError[] {
  return eachSliceVal(conditions, path.child('conditions'), (condition, at) => {
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

function ruleMatches({ exitCodes }: Fields, code: number): boolean {
  if (!isFields(exitCodes)) return false;
  const listed = Array.isArray(exitCodes['values']) && exitCodes['values'].includes(code);
  return exitCodes['operator'] === 'In' ? listed : exitCodes['operator'] === 'NotIn' && !listed;
}

/** By a rule of its own, by its own policy, else by the pod's. */
function mayRunAgain(container: Fields, spec: Fields, code: number): boolean {
  const own = container['restartPolicy'];
  if (own !== undefined && structs(container, 'restartPolicyRules').some((rule) => ruleMatches(rule, code))) return true;
  const policy = own ?? spec['restartPolicy'];
  return policy === 'OnFailure' ? code !== 0 : policy !== 'Never';
}

/** Containers that ended for good stay ended. */
function validateTransitions(now: Fields[], old: Fields[], runsAgain: (name: string, code: number) => boolean, at: Path): FieldError[] {
  return old.flatMap((before, i) => {
    const terminated = struct(before, 'state')['terminated'];
    if (!isFields(terminated)) return [];
    const runs = now.some((status) => status['name'] === before['name'] && !isFields(struct(status, 'state')['terminated']));
    const allowed = !runs || runsAgain(text(before, 'name'), int(terminated, 'exitCode') ?? 0);
    return allowed ? [] : [forbidden(at.index(i).child('state'), 'may not be transitioned to non-terminated state')];
  });
}

function validateContainers(now: Fields, old: Fields, spec: Fields): FieldError[] {
  const all = ['initContainers', 'containers'].flatMap((list) => structs(spec, list));
  const together = all.some((c) => structs(c, 'restartPolicyRules').some((rule) => rule['action'] === 'RestartAllContainers'));
  const among = (list: string) => (name: string, code: number) => together || structs(spec, list).some((c) => c['name'] === name && mayRunAgain(c, spec, code));
  const lists: [string, (name: string, code: number) => boolean][] = [
    ['containerStatuses', among('containers')],
    ['initContainerStatuses', among('initContainers')],
    ['ephemeralContainerStatuses', () => false],
  ];
  return lists.flatMap(([name, runsAgain]) => validateTransitions(structs(now, name), structs(old, name), runsAgain, path.child(name)));
}

function validateClaimStatuses(statuses: Fields[], spec: Fields): FieldError[] {
  const names = new Names();
  return eachSliceVal(statuses, path.child('resourceClaimStatuses'), (status, at) => {
    const [name, claim] = [text(status, 'name'), status['resourceClaimName']];
    return [
      ...(structs(spec, 'resourceClaims').some((c) => c['name'] === name) ? [] : [invalid(at.child('name'), name, 'must match the name of an entry in `spec.resourceClaims`')]),
      ...(names.repeats(name) ? [duplicate(at.child('name'), name)] : []),
      ...(typeof claim === 'string' ? check(isDNS1123Subdomain(claim), claim, at.child('resourceClaimName')) : []),
    ];
  });
}

function validateIPs(now: Fields, old: Fields, name: string): FieldError[] {
  const at = path.child(name);
  const ipsOf = (status: Fields) => structs(status, name).map((entry) => text(entry, 'ip'));
  const ips = ipsOf(now);
  const errors = eachSliceVal(ips, at, (ip, own) => validateLegacyIP(ip, own, ipsOf(old)));
  const one = name === 'hostIPs' && ips.length > 0 && ips[0] !== text(now, 'hostIP') ? [invalid(at.index(0).child('ip'), ips[0], 'must be equal to `hostIP`')] : [];
  const dual = ips.some(isIPv6Text) && !ips.every(isIPv6Text);
  const unread = ips.findIndex((ip) => !parseIPSloppy(ip));
  const unknown = ips.length > 1 && unread >= 0 ? [internal(at, new Error(`failed to check for dual stack with error:invalid IP[${unread}]: ${ips[unread]}`))] : [];
  const many = ips.length > 1 && (!dual || ips.length > 2) ? [invalid(at, ips.map((ip) => ({ IP: ip })), 'may specify no more than one IP for each IP family')] : [];
  return [...one, ...errors, ...unknown, ...many];
}

export function validatePodStatusUpdate(obj: KubeObject, old: KubeObject): FieldError[] {
  const [now, before, spec] = [struct(obj, 'status'), struct(old, 'status'), struct(old, 'spec')];
  const generation = int(now, 'observedGeneration') ?? 0;
  return [
    ...validateKubeObjectMetaUpdate(obj.metadata, old.metadata, metadata),
    ...validateAnnotationUpdates(obj, old),
    ...validateConditions(structs(now, 'conditions')),
    ...validateNominatedNode(now, before, text(spec, 'nodeName') !== ''),
    ...(generation < 0 ? [invalid(path.child('observedGeneration'), generation, 'must be a non-negative integer')] : []),
    ...validateImmutableField(text(now, 'qosClass'), text(before, 'qosClass'), path.child('qosClass')),
    ...validateContainers(now, before, spec),
    ...validateClaimStatuses(structs(now, 'resourceClaimStatuses'), spec),
    ...validateExtendedResourceClaim(now, spec),
    ...validateIPs(now, before, 'podIPs'),
    ...validateIPs(now, before, 'hostIPs'),
    ...validateContainerStatuses(now, spec),
  ];
}
