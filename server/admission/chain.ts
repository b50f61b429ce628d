/**
 * The chain of admission plugins, seen as one.
 *
 * Upstream: k8s.io/apiserver/pkg/admission/chain.go (chainAdmissionHandler).
 */
import { withSpan } from '../observe/tracing.ts';
import type { Admission } from './interfaces.ts';
import type { AdmissionMetrics } from './metrics.ts';

export function newChainHandler(plugins: Admission[], metrics?: AdmissionMetrics): Required<Pick<Admission, 'name' | 'admit' | 'validate' | 'handles'>> {
  const run = (phase: 'admit' | 'validate', span: string): Required<Admission>['admit'] => {
    const step = metrics?.('', phase);
    const observed = plugins.filter((plugin) => plugin[phase]).map((plugin) => ({ plugin, observer: metrics?.(plugin.name, phase) }));
    return async function (ctx, attributes) {
      const { operation } = attributes;
      const due = observed.filter(({ plugin }) => plugin.handles(operation));
      if (due.length === 0) return;
      const start = performance.now();
      let before = start;
      let now = start;
      let outcome: 'accepted' | 'rejected' = 'rejected';
      try {
        await withSpan(ctx, span, { fn: 'newChainHandler', file: 'server/admission/chain.ts' }, async (ctx) => {
          for (const { plugin, observer } of due) {
            outcome = 'rejected';
            ctx.span.addEvent(plugin.name);
            try {
              await plugin[phase]?.(ctx, attributes);
              outcome = 'accepted';
            } finally {
              now = performance.now();
              observer?.[operation][outcome].observe((now - before) / 1000);
              before = now;
            }
          }
        });
      } finally {
        step?.[operation][outcome].observe((now - start) / 1000);
      }
    };
  };
  return {
    name: 'chain',
    handles: (operation) => plugins.some((plugin) => plugin.handles(operation)),
    admit: run('admit', 'Admission mutating'),
    validate: run('validate', 'Admission validating'),
  };
}

export type AdmissionChain = ReturnType<typeof newChainHandler>;
