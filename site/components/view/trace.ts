/** A trace as a treegrid: one row for each step, its time drawn, and below each row what the step knew. */
import type { LabSpan } from '../../../server/observe/lab/messages.ts';
import type { Layer } from '../layers.ts';
import { duration, fileOf, functionOf, rowsOf } from '../span-tree.ts';
import type { Row } from '../span-tree.ts';
import { h } from './h.ts';
import type { Child, Fragment } from './h.ts';
import { jsonView } from './json.ts';

/** Where a step's code can be read; given by the place that draws the trace. */
export interface CodeLinks {
  source(file: string, fn: string): string;
  upstream(file: string, fn: string): string | undefined;
}

export function traceView(spans: readonly LabSpan[], links: CodeLinks, prefix: string, now?: number): Fragment {
  if (spans.length === 0) return h('p', { class: 'quiet' }, 'No trace yet.');
  const rows = rowsOf(spans, now);
  const scale = Math.max(...rows.map((row) => row.start + row.total), 0.001);
  return h(
    'table',
    { class: 'trace', role: 'treegrid', 'aria-label': `Trace: ${rows.length} steps, ${duration(scale)}` },
    h(
      'thead',
      {},
      h(
        'tr',
        { role: 'row' },
        h('th', { scope: 'col', role: 'columnheader' }, 'Step'),
        h('th', { scope: 'col', role: 'columnheader', class: 'axis' }, h('span', { class: 'visually-hidden' }, 'When'), axis(scale)),
        h('th', { scope: 'col', role: 'columnheader', class: 'number' }, 'Self'),
        h('th', { scope: 'col', role: 'columnheader', class: 'number' }, 'Total'),
      ),
    ),
    h('tbody', {}, rows.map((row, index) => [rowView(row, index, scale, prefix), detailView(row, index, links, prefix)])),
  );
}

function axis(scale: number): Fragment {
  return h('span', { class: 'ticks', 'aria-hidden': 'true' }, [0, 1, 2, 3].map((n) => h('span', {}, n === 0 ? '0' : short((scale * n) / 4))));
}

function rowView(row: Row, index: number, scale: number, prefix: string): Fragment {
  const { span } = row;
  return h(
    'tr',
    {
      role: 'row',
      class: span.error === undefined ? 'step' : 'step failed',
      'data-layer': row.layer?.id,
      'data-span': span.spanId,
      'aria-level': row.depth + 1,
      'aria-expanded': 'false',
      'aria-controls': `${prefix}-${index}`,
      tabindex: index === 0 ? 0 : -1,
    },
    h('td', { role: 'gridcell', class: 'name', style: `--depth:${row.depth}` }, h('span', { class: 'cell' }, markView(row.layer), h('span', { class: 'step-name', title: span.name }, span.name))),
    h('td', { role: 'gridcell', class: 'when' }, timeline(row, scale)),
    h('td', { role: 'gridcell', class: 'number' }, short(row.self)),
    h('td', { role: 'gridcell', class: 'number' }, row.running ? 'runs' : short(row.total)),
  );
}

/** `0.42`: up to a second without its unit, which the heading says. */
function short(ms: number): string {
  return ms >= 1000 ? duration(ms) : duration(ms).replace(' ms', '');
}

export function markView(layer: Layer | undefined): Child {
  return h('span', { class: 'mark', 'data-layer': layer?.id, title: layer?.name }, h('span', { 'aria-hidden': 'true' }, layer?.mark ?? '··'), h('span', { class: 'visually-hidden' }, `${layer?.name ?? 'other'}: `));
}

function timeline(row: Row, scale: number): Fragment {
  const percent = (ms: number) => `${((100 * ms) / scale).toFixed(2)}%`;
  const began = row.span.start - row.start;
  return h(
    'span',
    { class: row.running ? 'track running' : 'track' },
    h('span', { class: 'visually-hidden' }, `from ${duration(row.start)} to ${duration(row.start + row.total)}`),
    h('span', { class: 'whole', style: `left:${percent(row.start)};width:${percent(row.total)}` }),
    row.work.map(([from, to]) => h('span', { class: 'work', style: `left:${percent(from)};width:${percent(to - from)}` })),
    row.span.events.map((event) => h('span', { class: 'tick', style: `left:${percent(event.time - began)}`, title: event.name })),
  );
}

function detailView(row: Row, index: number, links: CodeLinks, prefix: string): Fragment {
  const { span } = row;
  const attributes = Object.entries(span.attributes);
  const snapshots = attributes.filter(([key]) => key.startsWith('snapshot.'));
  const others = attributes.filter(([key]) => !key.startsWith('snapshot.') && !key.startsWith('code.'));
  return h(
    'tr',
    { class: 'detail', id: `${prefix}-${index}`, 'data-layer': row.layer?.id, hidden: true },
    h(
      'td',
      { colspan: 4 },
      codeView(span, links),
      span.error !== undefined && h('p', { class: 'failure' }, span.error),
      span.events.length > 0 &&
        h('ul', { class: 'span-events' }, span.events.map((event) => h('li', {}, h('time', {}, `+${duration(event.time - span.start)}`), ' ', event.name, attributesText(event.attributes)))),
      others.length > 0 && h('dl', { class: 'attributes' }, others.map(([key, value]) => [h('dt', {}, key), h('dd', {}, String(value))])),
      snapshots.map(([key, value]) =>
        h('details', { class: 'snapshot', open: snapshots.length === 1 }, h('summary', {}, key.slice('snapshot.'.length)), h('pre', { tabindex: 0 }, jsonView(indent(String(value))))),
      ),
    ),
  );
}

function codeView(span: LabSpan, links: CodeLinks): Child {
  const [file, fn] = [fileOf(span), functionOf(span)];
  if (file === '') return undefined;
  const upstream = links.upstream(file, fn);
  return h(
    'p',
    { class: 'code-links' },
    h('a', { href: links.source(file, fn), 'data-file': file, 'data-function': fn }, h('code', {}, fn), ' in ', file),
    upstream !== undefined && h('a', { class: 'upstream', href: upstream }, 'in Kubernetes'),
  );
}

function attributesText(attributes: Record<string, string | number | boolean>): string {
  const pairs = Object.entries(attributes).map(([key, value]) => `${key}=${String(value)}`);
  return pairs.length > 0 ? ` (${pairs.join(', ')})` : '';
}

function indent(json: string): string {
  try {
    return JSON.stringify(JSON.parse(json), null, 2);
  } catch {
    return json;
  }
}
