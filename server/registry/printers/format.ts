/**
 * Forms that several kinds' cells share.
 *
 * Upstream: pkg/printers/internalversion/printers.go, FormatLabels of k8s.io/apimachinery/pkg/labels,
 * FormatLabelSelector of pkg/apis/meta/v1/helpers.go.
 */
import { type LabelSelectorObject, labelSelectorAsSelector } from '../../apimachinery/labels.ts';
import type { KubeObject } from '../../apimachinery/types.ts';
import { at, list, record, text } from './fields.ts';

/** What a row is made of beside the object itself. */
export interface PrintContext {
  name: string;
  age: string;
  since(timestamp: string): string;
  /** Milliseconds since the epoch. */
  now: number;
}

/** The cells of an object, in the order of its columns. */
export type Cells = (obj: KubeObject, context: PrintContext) => unknown[];

export const orElse = (value: string, other: string) => (value === '' ? other : value);

export function formatLabels(labels: Record<string, unknown>): string {
  const pairs = Object.keys(labels).sort().map((key) => `${key}=${String(labels[key])}`);
  return orElse(pairs.join(','), '<none>');
}

function selectorText(obj: unknown, path: string, invalid: string): string {
  try {
    return labelSelectorAsSelector(at(obj, path) as LabelSelectorObject | undefined).toString();
  } catch {
    return invalid;
  }
}

export const formatLabelSelector = (obj: unknown, path: string) => orElse(selectorText(obj, path, '<error>'), '<none>');

/** A deployment's, which is left empty where others say none. */
export const formatDeploymentSelector = (obj: unknown) => selectorText(obj, 'spec.selector', '<invalid>');

/** Names and images of the containers of a pod's spec. */
export function containerCells(obj: unknown, podSpec: string): [string, string] {
  const containers = list(obj, `${podSpec}.containers`);
  return [containers.map((each) => text(each, 'name')).join(','), containers.map((each) => text(each, 'image')).join(',')];
}

/** The first few of many, and how many more there are. */
export function listWithMore(items: string[], max: number, empty: string, separator = ','): string {
  if (items.length === 0) return empty;
  const shown = items.slice(0, max).join(separator);
  return items.length > max ? `${shown} + ${items.length - max} more...` : shown;
}

/** `deployment.apps/web`: a kind of a group, and a name. */
export function formatResourceName(group: string, kind: string, name: string): string {
  return `${(group === '' ? kind : `${kind}.${group}`).toLowerCase()}/${name}`;
}

/** Addresses that a load balancer was given, each once and in order. */
export function loadBalancerAddresses(obj: unknown): string[] {
  const addresses = list(obj, 'status.loadBalancer.ingress').map((each) => text(each, 'ip') || text(each, 'hostname'));
  return [...new Set(addresses.filter((address) => address !== ''))].sort();
}

export const isDefaultByAnnotation = (obj: KubeObject, ...annotations: string[]) => annotations.some((each) => record(obj, 'metadata.annotations')[each] === 'true');

const modes = { ReadWriteOnce: 'RWO', ReadOnlyMany: 'ROX', ReadWriteMany: 'RWX', ReadWriteOncePod: 'RWOP' };

export function accessModes(set: string[]): string {
  return Object.entries(modes).filter(([mode]) => set.includes(mode)).map(([, short]) => short).join(',');
}
