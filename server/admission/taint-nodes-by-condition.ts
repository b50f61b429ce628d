/**
 * TaintNodesByCondition: a new node is not ready until a controller has seen that it is.
 *
 * Upstream: plugin/pkg/admission/nodetaint/admission.go.
 */
import { structs, text } from '../apimachinery/access.ts';
import type { Admission } from './interfaces.ts';
import { isAbout, ownSpec } from './on.ts';

const NOT_READY = { key: 'node.kubernetes.io/not-ready', effect: 'NoSchedule' };

export function newTaintNodesByCondition(): Admission {
  return {
    name: 'TaintNodesByCondition',
    handles: (operation) => operation === 'CREATE',
    admit(_ctx, attributes) {
      if (!isAbout(attributes, 'nodes')) return;
      const spec = ownSpec(attributes.object);
      const taints = structs(spec, 'taints');
      if (taints.some((t) => text(t, 'key') === NOT_READY.key && text(t, 'effect') === NOT_READY.effect)) return;
      spec['taints'] = [...taints, { ...NOT_READY }];
    },
  };
}
