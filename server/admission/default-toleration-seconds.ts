/**
 * DefaultTolerationSeconds: a Pod stays five minutes on a node that is not ready or cannot be reached, unless it says
 * something else.
 *
 * Upstream: plugin/pkg/admission/defaulttolerationseconds/admission.go. Leaves out its two flags.
 */
import { structs, text } from '../apimachinery/access.ts';
import type { Fields } from '../apimachinery/access.ts';
import type { Admission } from './interfaces.ts';
import { isAbout, ownSpec } from './on.ts';

const TAINTS = ['node.kubernetes.io/not-ready', 'node.kubernetes.io/unreachable'];
const SECONDS = 300;

export function newDefaultTolerationSeconds(): Admission {
  return {
    name: 'DefaultTolerationSeconds',
    handles: (operation) => operation === 'CREATE' || operation === 'UPDATE',
    admit(_ctx, attributes) {
      if (!isAbout(attributes, 'pods')) return;
      const spec = ownSpec(attributes.object);
      const tolerations = structs(spec, 'tolerations');
      const missing = TAINTS.filter((taint) => !tolerations.some((t) => tolerates(t, taint)));
      if (missing.length > 0) spec['tolerations'] = [...tolerations, ...missing.map((key) => ({ key, operator: 'Exists', effect: 'NoExecute', tolerationSeconds: SECONDS }))];
    },
  };
}

/** No key stands for every key, no effect for every effect. */
function tolerates(toleration: Fields, taint: string): boolean {
  return [taint, ''].includes(text(toleration, 'key')) && ['NoExecute', ''].includes(text(toleration, 'effect'));
}
