/**
 * Containers of a pod: regular ones, those that run before, and those that are added to debug.
 *
 * Upstream: validateContainers, validateInitContainers, validateEphemeralContainers and validateContainerCommon of
 * pkg/apis/core/validation/validation.go.
 */
import { int, isFields, structs, struct, text } from '../../access.ts';
import type { Fields } from '../../access.ts';
import { duplicate, forbidden, invalid, notFound, required } from '../../field.ts';
import type { FieldError, Path } from '../../field.ts';
import { isValidPortName, isValidPortNum } from '../../names.ts';
import { Names, check, eachSliceVal, requireText, semanticEqual, validateDNS1123Label, validateEnum } from '../checks.ts';
import { validateEnv, validateEnvFrom } from './env.ts';
import { validateLifecycle, validateProbe } from './handlers.ts';
import { validateResizePolicy, validateResourceRequirements } from './resources.ts';
import { validateRestartRules } from './restart-rules.ts';
import { validateSecurityContext } from './security.ts';
import { validateVolumeDevices, validateVolumeMounts } from './volume-mounts.ts';

/** What containers may refer to, and what they have to fit. */
export interface PodContext {
  volumes: ReadonlyMap<string, Fields>;
  claims: string[];
  gracePeriod: number;
  hostUsers: boolean;
  restartPolicy: string;
}

function validatePorts(ports: Fields[], path: Path): FieldError[] {
  const names = new Names();
  return eachSliceVal(ports, path, (port, at) => {
    const [name, number, hostPort] = [text(port, 'name'), int(port, 'containerPort') ?? 0, int(port, 'hostPort') ?? 0];
    const bad = name === '' ? [] : isValidPortName(name);
    const errors = check(bad, name, at.child('name'));
    if (name !== '' && bad.length === 0 && names.repeats(name)) errors.push(duplicate(at.child('name'), name));
    errors.push(...(number === 0 ? [required(at.child('containerPort'))] : check(isValidPortNum(number), number, at.child('containerPort'))));
    if (hostPort !== 0) errors.push(...check(isValidPortNum(hostPort), hostPort, at.child('hostPort')));
    return [...errors, ...validateEnum(text(port, 'protocol'), ['SCTP', 'TCP', 'UDP'], at.child('protocol'))];
  });
}

function validateCommon(container: Fields, pod: PodContext, path: Path): FieldError[] {
  const name = text(container, 'name');
  return [
    ...(name === '' ? [required(path.child('name'))] : validateDNS1123Label(name, path.child('name'))),
    ...requireText(container, 'image', path),
    ...validateEnum(text(container, 'terminationMessagePolicy'), ['File', 'FallbackToLogsOnError'], path.child('terminationMessagePolicy')),
    ...validatePorts(structs(container, 'ports'), path.child('ports')),
    ...validateEnv(structs(container, 'env'), path.child('env')),
    ...validateEnvFrom(structs(container, 'envFrom'), path.child('envFrom')),
    ...validateVolumeMounts(container, pod.volumes, path.child('volumeMounts')),
    ...validateVolumeDevices(container, pod.volumes, path.child('volumeDevices')),
    ...validateEnum(text(container, 'imagePullPolicy'), ['Always', 'IfNotPresent', 'Never'], path.child('imagePullPolicy')),
    ...validateResourceRequirements(struct(container, 'resources'), pod.claims, path.child('resources')),
    ...validateResizePolicy(structs(container, 'resizePolicy'), pod.restartPolicy, path.child('resizePolicy')),
    ...validateSecurityContext(container['securityContext'], pod.hostUsers, path.child('securityContext')),
  ];
}

function validateRunning(container: Fields, { gracePeriod }: PodContext, path: Path): FieldError[] {
  return [
    ...validateLifecycle(container['lifecycle'], gracePeriod, path.child('lifecycle')),
    ...validateProbe(container['livenessProbe'], gracePeriod, path.child('livenessProbe'), true),
    ...validateProbe(container['readinessProbe'], gracePeriod, path.child('readinessProbe'), false),
    ...validateProbe(container['startupProbe'], gracePeriod, path.child('startupProbe'), true),
  ];
}

/** A port of the host can be given away once. */
function hostPortConflicts(containers: Fields[], path: Path): FieldError[] {
  const seen = new Set<string>();
  return eachSliceVal(containers, path, (container, at) =>
    structs(container, 'ports').flatMap((port, p) => {
      const hostPort = int(port, 'hostPort') ?? 0;
      const key = `${text(port, 'protocol')}/${text(port, 'hostIP')}/${hostPort}`;
      if (hostPort === 0) return [];
      if (seen.has(key)) return [duplicate(at.child('ports').index(p).child('hostPort'), key)];
      seen.add(key);
      return [];
    }));
}

export function validateContainers(containers: Fields[], pod: PodContext, path: Path): FieldError[] {
  if (containers.length === 0) return [required(path)];
  const names = new Set<string>();
  const errors = eachSliceVal(containers, path, (container, at) => {
    const name = text(container, 'name');
    const repeated = names.has(name) ? [duplicate(at.child('name'), name)] : [];
    names.add(name);
    return [...validateCommon(container, pod, at), ...repeated, ...validateRunning(container, pod, at), ...validateRestartRules(container, false, at)];
  });
  return [...errors, ...hostPortConflicts(containers, path)];
}

export function validateInitContainers(containers: Fields[], regular: Fields[], pod: PodContext, path: Path): FieldError[] {
  const names = new Names();
  for (const container of regular) names.repeats(text(container, 'name'));
  return eachSliceVal(containers, path, (container, at) => {
    const name = text(container, 'name');
    const sidecar = container['restartPolicy'] === 'Always';
    const repeated = names.repeats(name) ? [duplicate(at.child('name'), name)] : [];
    const hooks = ['lifecycle', 'livenessProbe', 'readinessProbe', 'startupProbe'].filter((f) => isFields(container[f]));
    const running = sidecar ? validateRunning(container, pod, at) : hooks.map((f) => forbidden(at.child(f), 'may not be set for init containers without restartPolicy=Always'));
    const restarts = eachSliceVal(structs(container, 'resizePolicy'), at.child('resizePolicy'), (policy, at) =>
      !sidecar && policy['restartPolicy'] === 'RestartContainer' ? [invalid(at.child('restartPolicy'), 'RestartContainer', "must not be set to 'RestartContainer' for non-sidecar initContainers")] : []);
    return [...validateCommon(container, pod, at), ...validateRestartRules(container, true, at), ...repeated, ...hostPortConflicts([container], path), ...running, ...restarts];
  });
}

export function validateImageSpaces(container: Fields, path: Path): FieldError[] {
  const image = text(container, 'image');
  return image.trim() === image ? [] : [invalid(path.child('image'), image, 'must not have leading or trailing whitespace')];
}

/** In the order of upstream's struct. */
const notForEphemeral = ['ports', 'resources', 'resizePolicy', 'restartPolicy', 'restartPolicyRules', 'livenessProbe', 'readinessProbe', 'startupProbe', 'lifecycle'];
const cannot = 'cannot be set for an Ephemeral Container';

const isSet = (container: Fields, field: string) => (field === 'resources' ? !semanticEqual(container[field], {}) : (structs(container, field).length > 0 || isFields(container[field]) || text(container, field) !== ''));

export function validateEphemeralContainers(containers: Fields[], others: Fields[], pod: PodContext, path: Path): FieldError[] {
  const names = new Names();
  for (const container of others) names.repeats(text(container, 'name'));
  return eachSliceVal(containers, path, (container, at) => {
    const [name, target] = [text(container, 'name'), text(container, 'targetContainerName')];
    const errors = [...validateCommon(container, pod, at), ...validateImageSpaces(container, at)];
    if (names.repeats(name)) errors.push(duplicate(at.child('name'), name));
    if (target !== '' && !others.some((other) => other['name'] === target)) errors.push(notFound(at.child('targetContainerName'), target));
    errors.push(...notForEphemeral.filter((field) => isSet(container, field)).map((field) => forbidden(at.child(field), cannot)));
    const subPaths = eachSliceVal(structs(container, 'volumeMounts'), at.child('volumeMounts'), (mount, at) =>
      ['subPath', 'subPathExpr'].filter((field) => text(mount, field) !== '').map((field) => forbidden(at.child(field), cannot)));
    return [...errors, ...subPaths];
  });
}
