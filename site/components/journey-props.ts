/** What a `<Journey>` says. */
import * as z from 'zod';

const journeyProps = z.strictObject({
  /** Names the journey in its chapter. */
  id: z.string(),
  /** The path of the object that is followed. */
  of: z.string(),
  /** The id of the request that it begins with. */
  from: z.string(),
  /** What the stored object says when it has arrived: `"phase":"Running"`. Nothing where it shall be gone, with what it owned. */
  until: z.string().optional(),
  /** The chapter's, unless it says another. */
  stage: z.string().optional(),
});

export type JourneyProps = z.infer<typeof journeyProps>;

export function checkJourneyProps(attributes: unknown, chapter: string): JourneyProps {
  const { data, error } = journeyProps.safeParse(attributes);
  if (error) throw new Error(`${chapter}: a <Journey> is not well-formed: ${z.prettifyError(error)}`);
  return data;
}
