/**
 * Flow schemas and priority levels in Maps: those of a fresh server are there, and flow control goes by what is there at
 * the moment.
 *
 * Upstream: the informers behind k8s.io/apiserver/pkg/util/flowcontrol.
 */
import bootstrap from '../apimachinery/facts/bootstrap.json' with { type: 'json' };
import type { GroupResource, KubeObject } from '../apimachinery/types.ts';
import type { FlowController } from '../flowcontrol/flow-control.ts';
import type { RESTStorage } from '../registry/rest.ts';
import type { ObjectMap } from './object-map.ts';

const GROUP = 'flowcontrol.apiserver.k8s.io';

export function withFlowControl(flowControl: Pick<FlowController, 'upsert' | 'remove'>) {
  const { flowschemas = [], prioritylevelconfigurations = [] } = bootstrap;
  const first: Record<string, readonly KubeObject[]> = { flowschemas, prioritylevelconfigurations };

  return function withFlowControl({ group, resource }: GroupResource, rest: RESTStorage, objects: ObjectMap): RESTStorage {
    if (group !== GROUP) return rest;
    objects.onChange(({ type, object }) => (type === 'DELETED' ? flowControl.remove(object) : flowControl.upsert(object)));
    for (const object of first[resource] ?? []) objects.create('', object);
    return rest;
  };
}
