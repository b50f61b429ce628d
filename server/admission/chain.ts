/**
 * The chain of admission plugins, seen as one.
 *
 * Upstream: k8s.io/apiserver/pkg/admission/chain.go (chainAdmissionHandler).
 */
import { withSpan } from '../observe/tracing.ts';
import type { Admission } from './interfaces.ts';

export function newChainHandler(plugins: Admission[]): Required<Pick<Admission, 'name' | 'admit' | 'validate' | 'handles'>> {
  const run = (phase: 'admit' | 'validate', span: string): Required<Admission>['admit'] =>
    async function (ctx, attributes) {
      const due = plugins.filter((plugin) => plugin[phase] && plugin.handles(attributes.operation));
      if (due.length === 0) return;
      await withSpan(ctx, span, { fn: 'newChainHandler', file: 'server/admission/chain.ts' }, async (ctx) => {
        for (const plugin of due) {
          ctx.span.addEvent(plugin.name);
          await plugin[phase]?.(ctx, attributes);
        }
      });
    };
  return {
    name: 'chain',
    handles: (operation) => plugins.some((plugin) => plugin.handles(operation)),
    admit: run('admit', 'Admission mutating'),
    validate: run('validate', 'Admission validating'),
  };
}

export type AdmissionChain = ReturnType<typeof newChainHandler>;
