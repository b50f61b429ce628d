/** What a step of a trace knew: where its code stands, what happened in it, its attributes, its snapshots. */
import type { LabSpan } from '../../../server/observe/lab/messages.ts';
import { duration, fileOf, functionOf } from '../span-tree.ts';
import type { Row } from '../span-tree.ts';
import { h } from './h.ts';
import type { Child, Fragment } from './h.ts';
import { jsonView } from './json.ts';
import { transactionView } from './transaction.ts';

/** Where a step's code can be read; given by the place that draws the trace. */
export interface CodeLinks {
  source(file: string, fn: string): string;
  upstream(file: string, fn: string): string | undefined;
}

export function detailView(row: Row, links: CodeLinks): Fragment {
  const { span } = row;
  const attributes = Object.entries(span.attributes);
  const snapshots = attributes.filter(([key]) => key.startsWith('snapshot.'));
  const others = attributes.filter(([key]) => !key.startsWith('snapshot.') && !key.startsWith('code.'));
  return h(
    'tr',
    { class: 'detail', 'data-layer': row.layer?.id, hidden: true },
    h(
      'td',
      { colspan: 4 },
      codeView(span, links),
      span.error !== undefined && h('p', { class: 'failure' }, span.error),
      span.events.length > 0 &&
        h('ul', { class: 'span-events' }, span.events.map((event) => h('li', {}, h('time', {}, `+${duration(event.time - span.start)}`), ' ', event.name, attributesText(event.attributes)))),
      others.length > 0 && h('dl', { class: 'attributes' }, others.map(([key, value]) => [h('dt', {}, key), h('dd', {}, String(value))])),
      snapshots.map(([key, value]) => snapshotView(key.slice('snapshot.'.length), String(value), snapshots.length === 1)),
    ),
  );
}

function snapshotView(name: string, json: string, open: boolean): Fragment {
  if (name === 'TxnRequest' || name === 'TxnResponse') return transactionView(name, json);
  return h('details', { class: 'snapshot', open }, h('summary', {}, name), jsonView(indent(json)));
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
