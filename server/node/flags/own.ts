/**
 * Flags of our own.
 */
import { z } from 'zod';
import { enabledControllers } from '../../client/controllers/manager.ts';
import { port } from './values.ts';

export const ownFlags = {
  controllers: z.string().default('').transform(toControllers).describe('Which controllers run in this process: * for all, foo for one, -foo for all but one; none if nothing is said.'),
  'kubeconfig-out': z.string().optional().describe('Where to write the kubeconfig.'),
  'lab-port': port.prefault('0').describe('Port of the lab, plain HTTP on loopback; 0 takes a free one.'),
};

function toControllers(value: string, ctx: z.RefinementCtx): string[] {
  try {
    return enabledControllers(value.split(',').filter(Boolean));
  } catch (err) {
    ctx.addIssue({ code: 'custom', message: err instanceof Error ? err.message : String(err) });
    return [];
  }
}
