/**
 * events.k8s.io/v1 Event as v1 Event: the same fields under other names.
 *
 * Upstream: pkg/apis/events/v1/conversion.go, and the cohabitating resources of
 * pkg/kubeapiserver/default_storage_factory_builder.go.
 */
import type { KubeObject } from '../../apimachinery/types.ts';
import type { Conversion } from './conversion.ts';

const NAMES: Record<string, string> = {
  regarding: 'involvedObject',
  note: 'message',
  reportingController: 'reportingComponent',
  deprecatedSource: 'source',
  deprecatedFirstTimestamp: 'firstTimestamp',
  deprecatedLastTimestamp: 'lastTimestamp',
  deprecatedCount: 'count',
};
const BACK = Object.fromEntries(Object.entries(NAMES).map(([ours, stored]) => [stored, ours]));

export const eventsV1: Conversion = {
  storage: { group: '', version: 'v1', resource: 'events' },
  // v1 always writes the two reporting fields, events.k8s.io only where they say something
  toStorage: (event) => ({ reportingComponent: '', reportingInstance: '', ...renamed(event, NAMES), apiVersion: 'v1' }),
  fromStorage(event) {
    const { reportingController, reportingInstance, ...fields }: KubeObject = renamed(event, BACK);
    return { ...fields, ...(reportingController ? { reportingController } : {}), ...(reportingInstance ? { reportingInstance } : {}), apiVersion: 'events.k8s.io/v1' };
  },
  field(name) {
    const [first = '', ...rest] = name.split('.');
    return [NAMES[first] ?? first, ...rest].join('.');
  },
  validatedAsServed: true,
};

function renamed({ kind, apiVersion, metadata, ...fields }: KubeObject, names: Record<string, string>): KubeObject {
  return { kind, apiVersion, metadata, ...Object.fromEntries(Object.entries(fields).map(([name, value]) => [names[name] ?? name, value])) };
}
