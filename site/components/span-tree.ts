/**
 * A trace as rows: spans in the order in which they began, each with the time that it spent itself.
 *
 * A filter's span covers the rest of the chain, so true nesting would be as deep as the chain is long. The chain is
 * shown flat, as it is written; what a filter or handler does inside itself is indented.
 */
import type { LabSpan } from '../../server/observe/lab/messages.ts';
import { isRoot } from './feed.ts';
import { layerOf } from './layers.ts';
import type { Layer } from './layers.ts';

export interface Row {
  span: LabSpan;
  layer: Layer | undefined;
  depth: number;
  /** The row that this one stands under. */
  parent: Row | undefined;
  hasChildren: boolean;
  /** Milliseconds from the request's start. */
  start: number;
  total: number;
  self: number;
  /** When the span itself was at work, not a span inside it: from, to. */
  work: [number, number][];
  running: boolean;
}

export function fileOf(span: LabSpan): string {
  return String(span.attributes['code.file.path'] ?? '');
}

export function functionOf(span: LabSpan): string {
  return String(span.attributes['code.function.name'] ?? '');
}

/** A span that still runs lasts until `now`. */
export function rowsOf(spans: readonly LabSpan[], now = 0): Row[] {
  const ids = new Set(spans.map((span) => span.spanId));
  const children = Map.groupBy(spans, (span) => (span.parentSpanId !== undefined && ids.has(span.parentSpanId) ? span.parentSpanId : ''));
  const began = Math.min(...spans.map((span) => span.start));
  const latest = Math.max(now, ...spans.map((span) => span.end ?? span.start));
  const rows: Row[] = [];
  const add = (span: LabSpan, parent: Row | undefined): void => {
    const inner = (children.get(span.spanId) ?? []).toSorted((a, b) => a.start - b.start);
    const row = measure(span, inner, began, latest, parent);
    rows.push(row);
    for (const child of inner) add(child, continuesChain(span, child) ? row.parent : row);
  };
  for (const root of (children.get('') ?? []).toSorted((a, b) => a.start - b.start)) add(root, undefined);
  for (const row of rows) if (row.parent) row.parent.hasChildren = true;
  return rows;
}

function measure(span: LabSpan, inner: readonly LabSpan[], began: number, now: number, parent: Row | undefined): Row {
  const end = Math.max(span.end ?? now, span.start);
  const work: [number, number][] = [];
  let at = span.start;
  for (const child of inner) {
    if (child.start > at) work.push([at - began, child.start - began]);
    at = Math.max(at, child.end ?? end);
  }
  if (end > at) work.push([at - began, end - began]);
  const self = work.reduce((sum, [from, to]) => sum + to - from, 0);
  const layer = isRoot(span) ? layerOf('server/http/') : layerOf(fileOf(span));
  return { span, layer, depth: parent ? parent.depth + 1 : 0, parent, hasChildren: false, start: span.start - began, total: end - span.start, self, work, running: span.end === undefined };
}

/** A filter, or the mux, that calls the next step, as against one that does something inside itself. */
function continuesChain(parent: LabSpan, child: LabSpan): boolean {
  return /^server\/(filters|mux)\//.test(fileOf(parent)) && !/^server\/(authentication|authorization|flowcontrol|audit|observe)\//.test(fileOf(child));
}

/** The filters of a trace, which go by one row until a reader asks for each: where they begin and end among the rows. */
export function filterGroup(rows: readonly Row[]): { from: number; to: number } | undefined {
  const from = rows.findIndex((row) => row.layer?.id === 'filters');
  const after = rows.findIndex((row, index) => index > from && row.layer?.id !== 'filters');
  const to = after < 0 ? rows.length : after;
  return from >= 0 && to - from > 3 ? { from, to } : undefined;
}

/** `0.42 ms`, `17 ms`, `3.2 s`. */
export function duration(ms: number): string {
  if (ms >= 10_000) return `${(ms / 1000).toFixed(0)} s`;
  if (ms >= 1000) return `${(ms / 1000).toFixed(1)} s`;
  return `${ms >= 100 ? ms.toFixed(0) : ms >= 10 ? ms.toFixed(1) : ms.toFixed(2)} ms`;
}
