/** A trace as a treegrid: one row for each step, its time drawn, and below each row what the step knew; in a page's HTML the rows that stand open, alone. */
import type { LabSpan } from '../../../server/observe/lab/messages.ts';
import type { Layer } from '../layers.ts';
import { duration, filterGroup, rowsOf } from '../span-tree.ts';
import type { Row } from '../span-tree.ts';
import { h, inFull } from './h.ts';
import type { Child, Fragment } from './h.ts';
import { detailView } from './trace-detail.ts';
import type { CodeLinks } from './trace-detail.ts';

export interface TraceOptions {
  /** Until when a span that has not ended lasts. */
  now?: number | undefined;
  /** Show each filter from the beginning. */
  filters?: boolean;
}

export function traceView(spans: readonly LabSpan[], links: CodeLinks, { now, filters = false }: TraceOptions = {}): Fragment {
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
        {},
        h('th', { scope: 'col' }, 'Step'),
        h('th', { scope: 'col', class: 'axis' }, h('span', { class: 'visually-hidden' }, 'When'), axis(scale)),
        h('th', { scope: 'col', class: 'number' }, 'Self'),
        h('th', { scope: 'col', class: 'number' }, 'Total'),
      ),
    ),
    h('tbody', {}, bodyRows(rows, scale, links, filters)),
  );
}

function bodyRows(rows: readonly Row[], scale: number, links: CodeLinks, filters: boolean): Child {
  const group = filterGroup(rows);
  // A trace that ends among the filters is about them.
  const open = filters || group?.to === rows.length;
  return rows.map((row, index) => {
    const grouped = group !== undefined && index >= group.from && index < group.to;
    const isHidden = grouped && !open;
    const draw = () => rowView(row, index, scale, isHidden ? 'hidden' : grouped ? 'shown' : undefined);
    return [
      group?.from === index && groupView(rows.slice(group.from, group.to), scale, open),
      isHidden ? inFull(draw) : draw(),
      inFull(() => detailView(row, links)),
    ];
  });
}

/** One row for all filters: each one's work, drawn on one line. */
function groupView(rows: readonly Row[], scale: number, open: boolean): Fragment {
  const [first] = rows;
  const all = { ...first!, work: rows.flatMap((row) => row.work) };
  const self = rows.reduce((sum, row) => sum + row.self, 0);
  const attributes = { class: 'step group', 'data-layer': 'filters', 'data-span': `filters-${first!.span.spanId}`, 'data-group': true, 'aria-level': 2, 'aria-expanded': String(open), tabindex: -1 };
  return h('tr', attributes, nameCell(first!, 1, `${rows.length} filters`), timeline(all, scale), numberCell(short(self)), numberCell(short(all.total)));
}

/** What has its place in any column. */
const shortName = 20;

function nameCell(row: Row, depth: number, name: string): Fragment {
  return h('td', { class: 'name', style: `--depth:${depth}` }, h('span', { class: 'cell' }, markView(row.layer), h('span', { class: 'step-name', title: name.length > shortName && name }, name)));
}

function numberCell(text: string): Fragment {
  return h('td', { class: 'number' }, text);
}

function axis(scale: number): Fragment {
  return h('span', { class: 'ticks', 'aria-hidden': 'true' }, [0, 1, 2, 3].map((n) => h('span', {}, n === 0 ? '0' : short((scale * n) / 4))));
}

function rowView(row: Row, index: number, scale: number, inGroup: 'shown' | 'hidden' | undefined): Fragment {
  const { span } = row;
  const depth = row.depth + (inGroup === undefined ? 0 : 1);
  return h(
    'tr',
    {
      class: span.error === undefined ? 'step' : 'step failed',
      'data-layer': row.layer?.id,
      'data-span': span.spanId,
      'data-in-group': inGroup !== undefined,
      hidden: inGroup === 'hidden',
      'aria-level': depth + 1,
      'aria-expanded': 'false',
      tabindex: index === 0 ? 0 : -1,
    },
    nameCell(row, depth, span.name),
    timeline(row, scale),
    numberCell(short(row.self)),
    numberCell(row.running ? 'runs' : short(row.total)),
  );
}

/** `0.42`: up to a second without its unit, which the heading says. */
function short(ms: number): string {
  return ms >= 1000 ? duration(ms) : duration(ms).replace(' ms', '');
}

/** In the colour of its row. */
function markView(layer: Layer | undefined): Fragment {
  return h('span', { class: 'mark', role: 'img', title: layer?.name ?? 'other' }, layer?.mark ?? '··');
}

function timeline(row: Row, scale: number): Fragment {
  const percent = (ms: number) => `${Number(((100 * ms) / scale).toFixed(1))}%`;
  const began = row.span.start - row.start;
  const work = together(row.work, scale / 250);
  // the line of what worked all the time would be behind its bar
  const worked = work.length === 1 && work[0]![1] - work[0]![0] >= row.total;
  return h(
    'td',
    { class: row.running ? 'when running' : 'when', 'aria-label': `from ${duration(row.start)} to ${duration(row.start + row.total)}` },
    !worked && h('i', { style: `left:${percent(row.start)};width:${percent(row.total)}` }),
    work.map(([from, to]) => h('b', { style: `left:${percent(from)};width:${percent(to - from)}` })),
    row.span.events.map((event) => h('u', { style: `left:${percent(event.time - began)}`, title: event.name })),
  );
}

/** Times at work, in order; those between which nobody could see a gap are one. */
function together(work: readonly [number, number][], gap: number): [number, number][] {
  const seen: [number, number][] = [];
  for (const [from, to] of work.toSorted(([a], [b]) => a - b)) {
    const last = seen.at(-1);
    if (last && from - last[1] < gap) last[1] = Math.max(last[1], to);
    else seen.push([from, to]);
  }
  return seen;
}
