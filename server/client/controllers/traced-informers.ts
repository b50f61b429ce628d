/**
 * Informers that say whom they tell what: a span for each event that a controller hears of, for the lab's pages.
 *
 * Upstream has no such spans; there metrics and logs say how much a handler was told.
 */
import type { Tracer } from '@opentelemetry/api';
import type { KubeObject } from '../../apimachinery/types.ts';
import type { ResourceEventHandler } from '../processor-listener.ts';
import type { APIResource } from '../rest-client.ts';
import type { SharedInformerFactory } from '../shared-informer-factory.ts';
import { metaNamespaceKeyFunc } from '../store.ts';
import { lastKnown } from '../the-real-fifo.ts';

/** The informers, as one controller sees them. */
export function tracedInformers(informers: SharedInformerFactory, controller: string, tracer: Tracer): SharedInformerFactory {
  return {
    ...informers,
    forResource<T extends KubeObject>(resource: APIResource<T>) {
      const { informer, lister } = informers.forResource(resource);
      const addEventHandler: typeof informer.addEventHandler = (handler, options) => informer.addEventHandler(tracedHandler(handler, resource, controller, tracer), options);
      return { lister, informer: { ...informer, addEventHandler } };
    },
  };
}

export function tracedHandler<T extends KubeObject>(handler: ResourceEventHandler<T>, { resource }: APIResource, controller: string, tracer: Tracer): ResourceEventHandler<T> {
  function told(name: string, obj: T): void {
    const span = tracer.startSpan(name, { attributes: { 'informer.handler': controller, 'informer.resource': resource } });
    if (span.isRecording()) span.setAttributes({ 'object.key': metaNamespaceKeyFunc(obj), 'object.resource_version': obj.metadata.resourceVersion ?? '' });
    span.end();
  }
  return {
    onAdd(obj, isInInitialList) {
      if (!isInInitialList) told('OnAdd', obj);
      return handler.onAdd?.(obj, isInInitialList);
    },
    onUpdate(old, obj) {
      told('OnUpdate', obj);
      return handler.onUpdate?.(old, obj);
    },
    onDelete(obj) {
      told('OnDelete', lastKnown(obj));
      return handler.onDelete?.(obj);
    },
  };
}
