/** What the build recorded of one request or one journey, whole: pages fetch it when the reader looks inside. */
import { chapters } from '../../../build/chapters.ts';
import { journeysOf, recordingsOf } from '../../../build/recordings.ts';
import type { Recording } from '../../../build/recordings.ts';
import type { Write } from '../../../components/journey.ts';

export type Recorded = { result: Recording } | { writes: Write[] };

interface Path {
  params: { chapter: string; id: string };
  props: { all: Recorded };
}

export function getStaticPaths(): Path[] {
  return chapters().flatMap(({ name }) => {
    const all: [string, Recorded][] = [
      ...Object.entries(recordingsOf(name) ?? {}).map(([id, result]): [string, Recorded] => [id, { result }]),
      ...Object.entries(journeysOf(name) ?? {}).map(([id, writes]): [string, Recorded] => [id, { writes }]),
    ];
    return all.map(([id, recorded]) => ({ params: { chapter: name, id }, props: { all: recorded } }));
  });
}

export function GET({ props }: { props: Path['props'] }): Response {
  return Response.json(props.all);
}
