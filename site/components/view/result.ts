/** All that came of a request: the line that was sent, the answer, the trace, and what is stored now. */
import type { LabStoreEvent } from '../../../server/observe/lab/messages.ts';
import { splitVariant } from '../../../server/observe/lab/variant.ts';
import type { Exchange } from '../exchange.ts';
import { duration, rowsOf } from '../span-tree.ts';
import { answerView, contentType, statusView } from './answer.ts';
import { h } from './h.ts';
import type { Child, Fragment } from './h.ts';
import { storeView } from './store.ts';
import { traceView } from './trace.ts';
import type { CodeLinks } from './trace-detail.ts';

/** Stages whose chapters are about the filters: their rows stand open. */
const aboutFilters = ['filters', 'authentication', 'authorization', 'fairness'];

/** What a result shows of the store. */
export interface Stored {
  stored?: LabStoreEvent[];
  revision?: number;
  baseline?: number;
}

export function resultView(made: Exchange & Stored, links: CodeLinks, { recorded = false } = {}): Fragment {
  const rows = rowsOf(made.spans);
  const total = Math.max(0, ...rows.map((row) => row.start + row.total));
  return h(
    'div',
    { class: 'result-view', 'data-layers': [...new Set(rows.map((row) => row.layer?.id))].join(' ') },
    h(
      'header',
      { class: 'result-head' },
      h('p', { class: 'sent' }, h('span', { class: 'method' }, made.request.method), ' ', h('span', { class: 'path-text' }, made.request.path)),
      h(
        'p',
        { class: 'facts' },
        statusView(made),
        made.spans.length > 0 && made.end !== 'open' && h('span', { class: 'took' }, duration(total)),
        made.status > 0 && h('span', { class: recorded ? 'origin recorded' : 'origin live' }, recorded ? 'recorded at build' : made.end === 'open' ? 'live, open' : 'live'),
      ),
    ),
    h(
      'div',
      { class: 'sections' },
      section('answer', 'Answer', answerView(made), toggle(made)),
      section('trace', 'Trace', traceView(made.spans, links, { now: made.end === 'open' ? Date.now() : undefined, filters: aboutFilters.includes(splitVariant(made.stage)[0]) }), rows.length > 0 && `${count(rows.length, 'step')}, ms`),
      made.stored !== undefined && section('stored', 'Stored', storeView({ revision: made.revision ?? 0, baseline: made.baseline ?? 0, stored: made.stored })),
    ),
  );
}

function section(name: string, title: string, content: Child, aside?: Child): Fragment {
  return h('section', { class: `part-${name}`, 'data-part': name }, h('h3', {}, title, aside !== undefined && aside !== false && h('small', {}, aside)), content);
}

function count(n: number, thing: string): string {
  return `${n} ${thing}${n === 1 ? '' : 's'}`;
}

/** JSON can be read as it came, too. */
function toggle(made: Exchange): Child {
  return contentType(made).includes('json') && h('button', { type: 'button', 'data-raw': true, 'aria-pressed': 'false' }, 'raw');
}
