/**
 * Bookmarks: events that carry nothing but a revision, and the one that ends a watch's initial events.
 *
 * Upstream: AnnotateInitialEventsEndBookmark and HasInitialEventsEndBookmarkAnnotation in
 * k8s.io/apiserver/pkg/storage/util.go.
 */
import type { KubeObject } from '../apimachinery/types.ts';
import type { WatchEvent } from './interfaces.ts';
import { withResourceVersion } from './api-object-versioner.ts';

const initialEventsAnnotationKey = 'k8s.io/initial-events-end';

/** `empty` is an object of the watched kind with nothing in it. */
export function bookmarkEvent(empty: KubeObject, revision: number): WatchEvent {
  return { type: 'BOOKMARK', object: withResourceVersion(empty, revision) };
}

export function initialEventsEndBookmark(empty: KubeObject, revision: number): WatchEvent {
  const annotations = { ...empty.metadata.annotations, [initialEventsAnnotationKey]: 'true' };
  return bookmarkEvent({ ...empty, metadata: { ...empty.metadata, annotations } }, revision);
}

export function hasInitialEventsEndAnnotation({ metadata }: KubeObject): boolean {
  return metadata.annotations?.[initialEventsAnnotationKey] === 'true';
}
