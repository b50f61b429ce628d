/**
 * The served versions whose objects are stored in another one.
 *
 * Upstream: SetVersionPriority in pkg/apis/<group>/install, AddCohabitatingResources in
 * pkg/kubeapiserver/default_storage_factory_builder.go.
 */
import type { VersionConversion } from '../../apimachinery/managedfields/field-manager.ts';
import type { GroupVersion, GroupVersionResource } from '../../apimachinery/types.ts';
import { autoscalingV1 } from './autoscaling-v1.ts';
import type { Conversion } from './conversion.ts';
import { eventsV1 } from './events-v1.ts';

const CONVERSIONS: Record<string, Conversion> = {
  'events.k8s.io/v1/events': eventsV1,
  'autoscaling/v1/horizontalpodautoscalers': autoscalingV1,
};

/** Undefined for a version that is stored as it is. */
export function conversionOf({ group, version, resource }: GroupVersionResource): Conversion | undefined {
  return CONVERSIONS[`${group}/${version}/${resource}`];
}

/** From one version of a resource to another, one of which is how the other is stored; undefined for any other two. */
export function conversionBetween(own: GroupVersionResource, other: GroupVersion): VersionConversion | undefined {
  const mine = conversionOf(own);
  if (mine && isStoredAs(mine, other)) return { from: (obj) => mine.toStorage(obj), back: (obj) => mine.fromStorage(obj) };
  const theirs = conversionOf({ ...own, ...other });
  return theirs && isStoredAs(theirs, own) ? { from: (obj) => theirs.fromStorage(obj), back: (obj) => theirs.toStorage(obj) } : undefined;
}

function isStoredAs({ storage }: Conversion, { group, version }: GroupVersion): boolean {
  return storage.group === group && storage.version === version;
}
