/** What an `<Act>`, a `<Ruler>` or a `<Clients>` says. */
import * as z from 'zod';
import { labAct } from '../../server/observe/lab/messages.ts';
import { resources, steps } from './watching.ts';

const place = {
  /** Names it in its chapter. */
  id: z.string(),
  /** The chapter's, unless it says another. */
  stage: z.string().optional(),
};

const actProps = z.strictObject({ ...place, do: z.enum(labAct.options) });
export type ActProps = z.infer<typeof actProps>;

const watchingProps = z.strictObject({
  ...place,
  /** What is watched, and written. */
  resource: z.enum(resources),
  /** What the build does before it shows the instrument, and the reader's button plays again. */
  play: z.array(z.enum(steps)).default([]),
});
export type WatchingProps = z.infer<typeof watchingProps> & { clients: boolean };

export function checkActProps(props: unknown, where: string): ActProps {
  return check(actProps, props, `${where}: an <Act>`);
}

export function checkWatchingProps(props: unknown, clients: boolean, where: string): WatchingProps {
  return { ...check(watchingProps, props, `${where}: a <${clients ? 'Clients' : 'Ruler'}>`), clients };
}

function check<T>(schema: z.ZodType<T>, props: unknown, what: string): T {
  const parsed = schema.safeParse(props);
  if (parsed.success) return parsed.data;
  throw new Error(`${what} is not as it should be: ${parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('; ')}`);
}
