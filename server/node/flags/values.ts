/** The kinds of values that flags take. Durations are Go's (`1m30s`). */
import { z } from 'zod';

export const count = z.string().regex(/^\d{1,9}$/, 'must be a whole number').transform(Number);
export const port = count.refine((value) => value <= 65535, 'must be a port, at most 65535');
export const boolean = z.enum(['true', 'false']).transform((value) => value === 'true');
/** One that is given several times is all that it says. */
export const list = z.union([z.string(), z.array(z.string())]).transform((values) => [values].flat().flatMap((value) => value.split(',').filter(Boolean)));
/** Of a flag that may be given several times. */
export const repeated = z.array(z.string().min(1, 'must not be empty')).default([]);
export const duration = z.string().transform((value, ctx) => {
  const milliseconds = parseDuration(value);
  if (milliseconds === undefined) ctx.addIssue({ code: 'custom', message: 'must be a duration such as 30s or 1m30s' });
  return milliseconds ?? 0;
});
export const pattern = z.string().transform((value, ctx) => {
  try {
    return value.split(',').filter(Boolean).map((source) => new RegExp(source));
  } catch {
    ctx.addIssue({ code: 'custom', message: 'must be regular expressions, separated by commas' });
    return [];
  }
});

const UNITS: Record<string, number> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

function parseDuration(text: string): number | undefined {
  if (!/^(\d+(\.\d+)?(ms|s|m|h))+$/.test(text)) return undefined;
  return [...text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h)/g)].reduce((sum, [, amount, unit]) => sum + Number(amount) * UNITS[unit!]!, 0);
}
