/**
 * Rows of events, which both of their groups show alike.
 *
 * Upstream: printEvent of pkg/printers/internalversion/printers.go; the names that events.k8s.io has for the same
 * fields, pkg/apis/events/v1/conversion.go.
 */
import type { KubeObject } from '../../apimachinery/types.ts';
import { at, number, text } from './fields.ts';
import type { Cells, PrintContext } from './format.ts';

interface EventFields {
  object: string;
  message: string;
  source: string;
  first: string;
  last: string;
  count: string;
}

const coreFields: EventFields = {
  object: 'involvedObject',
  message: 'message',
  source: 'source',
  first: 'firstTimestamp',
  last: 'lastTimestamp',
  count: 'count',
};
const eventsFields: EventFields = {
  object: 'regarding',
  message: 'note',
  source: 'deprecatedSource',
  first: 'deprecatedFirstTimestamp',
  last: 'deprecatedLastTimestamp',
  count: 'deprecatedCount',
};

function printEvent(event: KubeObject, { name, since }: PrintContext, fields: EventFields): unknown[] {
  const kind = text(event, `${fields.object}.kind`).toLowerCase();
  const target = text(event, `${fields.object}.name`);
  const reporter = text(event, 'reportingComponent') || text(event, 'reportingController');
  const component = text(event, `${fields.source}.component`) || reporter;
  const host = text(event, `${fields.source}.host`) || text(event, 'reportingInstance');
  const first = since(text(event, fields.first) || text(event, 'eventTime'));
  const last = text(event, fields.last);
  const series = at(event, 'series');
  return [
    series ? since(text(series, 'lastObservedTime')) : last === '' ? first : since(last),
    text(event, 'type'),
    text(event, 'reason'),
    target === '' ? kind : `${kind}/${target}`,
    text(event, `${fields.object}.fieldPath`),
    host === '' ? component : `${component}, ${host}`,
    text(event, fields.message).trim(),
    first,
    series ? number(series, 'count') : number(event, fields.count) || 1,
    name,
  ];
}

export const eventCells: Record<string, Cells> = {
  events: (obj, context) => printEvent(obj, context, coreFields),
  'events.events.k8s.io': (obj, context) => printEvent(obj, context, eventsFields),
};
