/**
 * Defaults of Pods and of everything that holds a Pod's spec.
 *
 * Upstream: pkg/apis/core/v1/defaults.go, pkg/util/parsers.
 */
import { int, isFields, setUnset, struct, structs, text } from '../access.ts';
import type { DefaultFunc, Fields } from '../access.ts';
import { defaultPodLevelResources } from './pod-level-resources.ts';

/** An image without a tag is the latest; with a digest and no tag it never changes. */
export function imagePullPolicy(image: string): 'Always' | 'IfNotPresent' {
  const [name = '', digest] = image.split('@');
  const tag = /:([^/:]+)$/.exec(name)?.[1] ?? (digest === undefined ? 'latest' : '');
  return tag === 'latest' && isReference(name) ? 'Always' : 'IfNotPresent';
}

/** Text that no image can be called by has no tag. */
const isReference = (name: string) => /^(?:[a-zA-Z0-9.-]+(?::\d+)?\/)?[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*)*(?::\w[\w.-]{0,127})?$/.test(name);

function container(obj: Fields): void {
  setUnset(obj, {
    imagePullPolicy: imagePullPolicy(text(obj, 'image')),
    terminationMessagePath: '/dev/termination-log',
    terminationMessagePolicy: 'File',
  });
}

/** In a Pod, but not in a template, what is limited is requested. */
function requestLimits({ resources }: Fields): void {
  if (!isFields(resources) || !isFields(resources['limits'])) return;
  resources['requests'] = { ...resources['limits'], ...struct(resources, 'requests') };
}

function pod(obj: Fields): void {
  const spec = struct(obj, 'spec');
  const containers = [...structs(spec, 'containers'), ...structs(spec, 'initContainers')];
  containers.forEach(requestLimits);
  defaultPodLevelResources(spec);
  setUnset(spec, { enableServiceLinks: true });
  if (spec['hostNetwork'] !== true) return;
  for (const port of containers.flatMap((c) => structs(c, 'ports'))) {
    if (!port['hostPort'] && port['containerPort']) port['hostPort'] = port['containerPort'];
  }
}

function probe(obj: Fields): void {
  const positive = { timeoutSeconds: 1, periodSeconds: 10, successThreshold: 1, failureThreshold: 3 };
  for (const [name, value] of Object.entries(positive)) if (!int(obj, name)) obj[name] = value;
}

function volume(obj: Fields): void {
  if (!Object.keys(obj).some((name) => name !== 'name')) obj['emptyDir'] = {};
  const { image } = obj;
  if (isFields(image)) setUnset(image, { pullPolicy: imagePullPolicy(text(image, 'reference')) });
}

const defaultMode: DefaultFunc = (obj) => setUnset(obj, { defaultMode: 420 });

export const podV1: Record<string, DefaultFunc> = {
  Pod: pod,
  PodSpec: (obj) =>
    setUnset(obj, { dnsPolicy: 'ClusterFirst', restartPolicy: 'Always', securityContext: {}, terminationGracePeriodSeconds: 30, schedulerName: 'default-scheduler' }),
  Container: container,
  EphemeralContainer: container,
  Probe: probe,
  HTTPGetAction: (obj) => setUnset(obj, { path: '/', scheme: 'HTTP' }),
  Volume: volume,
  SecretVolumeSource: defaultMode,
  ConfigMapVolumeSource: defaultMode,
  DownwardAPIVolumeSource: defaultMode,
  ProjectedVolumeSource: defaultMode,
  ServiceAccountTokenProjection: (obj) => setUnset(obj, { expirationSeconds: 3600 }),
  HostPathVolumeSource: (obj) => setUnset(obj, { type: '' }),
  ObjectFieldSelector: (obj) => setUnset(obj, { apiVersion: 'v1' }),
};
