/** Follows an object through the writes of a chapter's journey, to its end. */
import { sleep } from '../../server/http/sleep.ts';
import type { LabSpan } from '../../server/observe/lab/messages.ts';
import type { StageFeed } from '../components/feed.ts';
import { JourneyLog } from '../components/journey.ts';
import type { Write } from '../components/journey.ts';
import type { JourneyProps } from '../components/journey-props.ts';

/** Milliseconds after which controllers have nothing more to write: longer than those of the chapters wait. */
const quietAfterwards = 600;
/** Milliseconds between two looks, and until a journey has taken too long. */
const glance = 50;
const patience = 30_000;

export function logOf(feed: StageFeed): JourneyLog {
  const log = new JourneyLog();
  log.take({ type: 'store', stage: feed.stage, reset: true, revision: feed.revision, events: [...feed.stored.values()] });
  feed.onMessage((message) => log.take(message));
  return log;
}

/** A journey that has come to its end: the object is as the chapter says, or is gone with all that it owned, and nobody writes any more. */
export async function arrival(feed: StageFeed, log: JourneyLog, { id, of, until }: JourneyProps, traceId: string, chapter: string): Promise<Write[]> {
  const [, namespace, resource, name] = /\/namespaces\/([^/]+)\/([^/]+)\/([^/]+)$/.exec(of) ?? [];
  const stored = () => [...feed.stored.values()].find(({ key }) => key.endsWith(`/${resource}/${namespace}/${name}`))?.json;
  const lastDeeds = () => [...new Map(log.of(of, traceId).map(({ kind, name: named, deed }) => [`${kind} ${named}`, deed])).values()];
  const arrived = () => (until === undefined ? lastDeeds().every((deed) => deed === 'deleted') : JSON.stringify(stored() ?? '').includes(until));
  const tooLate = performance.now() + patience;
  for (let [count, since] = [0, performance.now()]; count === 0 || !arrived() || performance.now() - since < quietAfterwards; await sleep(glance)) {
    if (performance.now() > tooLate) throw new Error(`${chapter}: the journey "${id}" does not come to its end`);
    const { length } = log.of(of, traceId);
    if (length !== count) [count, since] = [length, performance.now()];
  }
  return structuredClone(log.of(of, traceId)).map(({ request, ...write }) => ({ ...write, ...(request && { request: { ...request, spans: lightened(request.spans) } }) }));
}

/** The filters that tell requests apart; a page that held them all two dozen times would be a slow one. */
const telling = ['withAuthentication', 'withAuthorization', 'withPriorityAndFairness'];

/** Without the other filters, and the bytes of transactions. */
function lightened(spans: readonly LabSpan[]): LabSpan[] {
  const left = new Map(spans.filter(({ name, attributes }) => String(attributes['code.file.path']).startsWith('server/filters/') && !telling.includes(name)).map((span) => [span.spanId, span]));
  const around = (id: string | undefined): string | undefined => (left.has(id ?? '') ? around(left.get(id ?? '')?.parentSpanId) : id);
  return spans.filter(({ spanId }) => !left.has(spanId)).map(({ parentSpanId, attributes, ...span }) => {
    const parent = around(parentSpanId);
    const { 'snapshot.TxnRequest': _request, 'snapshot.TxnResponse': _response, ...kept } = attributes;
    return { ...span, ...(parent !== undefined && { parentSpanId: parent }), attributes: kept };
  });
}
