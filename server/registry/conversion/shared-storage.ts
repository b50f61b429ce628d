/**
 * The served versions whose objects are stored in another one.
 *
 * Upstream: SetVersionPriority in pkg/apis/<group>/install, AddCohabitatingResources in
 * pkg/kubeapiserver/default_storage_factory_builder.go.
 */
import type { GroupVersionResource } from '../../apimachinery/types.ts';
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
