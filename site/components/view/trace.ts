/** A trace as a treegrid: one row for each step, its time drawn, and below each row what the step knew. */
import type { LabSpan } from '../../../server/observe/lab/messages.ts';
import type { Layer } from '../layers.ts';
import { duration, filterGroup, rowsOf } from '../span-tree.ts';
import type { Row } from '../span-tree.ts';
import { h } from './h.ts';
import type { Child, Fragment } from './h.ts';
import { detailView } from './trace-detail.ts';
import type { CodeLinks } from './trace-detail.ts';

export interface TraceOptions {
  /** Begins the ids of its rows. */
  prefix: string;
  /** Until when a span that has not ended lasts. */
  now?: number | undefined;
  /** Show each filter from the beginning. */
  filters?: boolean;
}

export function traceView(spans: readonly LabSpan[], links: CodeLinks, { prefix, now, filters = false }: TraceOptions): Fragment {
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
    h('tbody', {}, bodyRows(rows, scale, links, prefix, filters)),
  );
}

function bodyRows(rows: readonly Row[], scale: number, links: CodeLinks, prefix: string, filters: boolean): Child {
  const group = filterGroup(rows);
  // A trace that ends among the filters is about them.
  const open = filters || group?.to === rows.length;
  return rows.map((row, index) => {
    const grouped = group !== undefined && index >= group.from && index < group.to;
    return [
      group?.from === index && groupView(rows.slice(group.from, group.to), scale, open),
      rowView(row, index, scale, prefix, grouped ? (open ? 'shown' : 'hidden') : undefined),
      detailView(row, index, links, prefix),
    ];
  });
}

/** One row for all filters: each one's work, drawn on one line. */
function groupView(rows: readonly Row[], scale: number, open: boolean): Fragment {
  const [first] = rows;
  const all = { ...first!, work: rows.flatMap((row) => row.work) };
  const self = rows.reduce((sum, row) => sum + row.self, 0);
  const attributes = { role: 'row', class: 'step group', 'data-layer': 'filters', 'data-group': true, 'aria-level': 2, 'aria-expanded': String(open), tabindex: -1 };
  return h('tr', attributes, nameCell(first!, 1, `${rows.length} filters`), h('td', { role: 'gridcell', class: 'when' }, timeline(all, scale)), numberCell(short(self)), numberCell(short(all.total)));
}

function nameCell(row: Row, depth: number, name: string): Fragment {
  return h('td', { role: 'gridcell', class: 'name', style: `--depth:${depth}` }, h('span', { class: 'cell' }, markView(row.layer), h('span', { class: 'step-name', title: name }, name)));
}

function numberCell(text: string): Fragment {
  return h('td', { role: 'gridcell', class: 'number' }, text);
}

function axis(scale: number): Fragment {
  return h('span', { class: 'ticks', 'aria-hidden': 'true' }, [0, 1, 2, 3].map((n) => h('span', {}, n === 0 ? '0' : short((scale * n) / 4))));
}

function rowView(row: Row, index: number, scale: number, prefix: string, inGroup: 'shown' | 'hidden' | undefined): Fragment {
  const { span } = row;
  const depth = row.depth + (inGroup === undefined ? 0 : 1);
  return h(
    'tr',
    {
      role: 'row',
      class: span.error === undefined ? 'step' : 'step failed',
      'data-layer': row.layer?.id,
      'data-span': span.spanId,
      'data-in-group': inGroup !== undefined,
      hidden: inGroup === 'hidden',
      'aria-level': depth + 1,
      'aria-expanded': 'false',
      'aria-controls': `${prefix}-${index}`,
      tabindex: index === 0 ? 0 : -1,
    },
    nameCell(row, depth, span.name),
    h('td', { role: 'gridcell', class: 'when' }, timeline(row, scale)),
    numberCell(short(row.self)),
    numberCell(row.running ? 'runs' : short(row.total)),
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
