/** Audits each request and keeps nothing: the trace shows the event. */
import { newPolicyRuleEvaluator } from '../../audit/policy.ts';
import type { ServerConfig } from '../../stages/stage.ts';

export const LAB_AUDIT: NonNullable<ServerConfig['audit']> = {
  policy: newPolicyRuleEvaluator({ rules: [{ level: 'Metadata' }] }),
  backend: { processEvents: () => true, shutdown: () => Promise.resolve() },
};
