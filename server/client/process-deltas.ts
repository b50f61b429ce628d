/**
 * Keeps a copy in step with what comes out of the queue, and says what is new about it.
 *
 * Upstream: processDeltas and processReplacedAllInfo of k8s.io/client-go/tools/cache/controller.go.
 */
import type { Indexer } from './store.ts';
import { DeletedFinalStateUnknown } from './the-real-fifo.ts';
import type { Delta, ReplacedAllInfo } from './the-real-fifo.ts';

/** Is told after the copy has changed. */
export interface DeltaHandler<T> {
  onAdd(obj: T, isInInitialList: boolean): void;
  onUpdate(old: T, obj: T): void;
  onDelete(obj: T | DeletedFinalStateUnknown<T>): void;
}

export function processDelta<T>(handler: DeltaHandler<T>, clientState: Indexer<T>, delta: Delta<T>, isInInitialList: boolean): void {
  switch (delta.type) {
    case 'ReplacedAll':
      return processReplacedAllInfo(handler, clientState, delta.object, isInInitialList);
    case 'SyncAll':
      return clientState.list().forEach((obj) => handler.onUpdate(obj, obj));
    case 'Deleted':
      clientState.delete(delta.object);
      return handler.onDelete(delta.object);
    default: {
      const old = clientState.get(delta.object);
      clientState.update(delta.object);
      tell(handler, old, delta.object, isInInitialList);
    }
  }
}

function processReplacedAllInfo<T>(handler: DeltaHandler<T>, clientState: Indexer<T>, { objects, resourceVersion }: ReplacedAllInfo<T>, isInInitialList: boolean): void {
  const before = new Map(clientState.listKeys().map((key) => [key, clientState.getByKey(key)!]));
  const replaced = objects.map((obj) => ({ old: clientState.get(obj), obj }));
  clientState.replace(objects, resourceVersion);
  // how they ended nobody has seen: the watch that would have told was away
  for (const [key, last] of before) if (clientState.getByKey(key) === undefined) handler.onDelete(new DeletedFinalStateUnknown(key, last));
  for (const { old, obj } of replaced) tell(handler, old, obj, isInInitialList);
}

function tell<T>(handler: DeltaHandler<T>, old: T | undefined, obj: T, isInInitialList: boolean): void {
  if (old === undefined) handler.onAdd(obj, isInInitialList);
  else handler.onUpdate(old, obj);
}
