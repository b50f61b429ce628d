/** Requests that reach the stage from elsewhere, newest first; each opens its trace. */
import type { LabSpan } from '../../../server/observe/lab/messages.ts';
import type { StageFeed } from '../feed.ts';
import { duration } from '../span-tree.ts';
import { h, toDom } from '../view/h.ts';
import { traceView } from '../view/trace.ts';
import { loadLinks, pageLinks } from './links.ts';

const kept = 30;

export function showArrivals(pane: HTMLElement, feed: StageFeed): void {
  const section = pane.querySelector<HTMLElement>('.arrivals');
  const list = section?.querySelector<HTMLElement>('[data-arrivals]');
  if (!section || !list) return;
  void loadLinks();
  feed.onArrival((root) => {
    section.hidden = false;
    const before = list.querySelector<HTMLDetailsElement>(`[data-trace="${root.traceId}"]`);
    const item = entry(root, feed);
    if (before) before.replaceWith(item);
    else list.prepend(item);
    if (before?.querySelector('details')?.open) item.querySelector('details')!.open = true;
    while (list.children.length > kept) list.lastElementChild?.remove();
  });
}

function entry(root: LabSpan, feed: StageFeed): HTMLElement {
  const { attributes } = root;
  const status = String(attributes['http.response.status_code'] ?? '');
  const agent = String(attributes['user_agent.original'] ?? '').split(/[/ ]/)[0] ?? '';
  const item = toDom(
    h(
      'li',
      { 'data-trace': root.traceId },
      h(
        'details',
        {},
        h(
          'summary',
          {},
          h('span', { class: 'method' }, String(attributes['http.request.method'])),
          h('span', { class: 'path-text' }, String(attributes['url.full'] ?? attributes['url.path'])),
          h('span', { class: 'status', 'data-class': status.charAt(0) }, status),
          h('span', { class: 'agent' }, root.end === undefined ? `${agent}, runs` : `${agent}, ${duration(root.end - root.start)}`),
        ),
        h('div', { class: 'arrival-trace' }),
      ),
    ),
  );
  if (!(item instanceof HTMLElement)) throw new TypeError('an entry is an element');
  const details = item.querySelector('details');
  details?.addEventListener('toggle', () => {
    const spans = feed.spans(root.traceId);
    if (details.open) details.querySelector('.arrival-trace')?.replaceChildren(toDom(traceView(spans, pageLinks)));
  });
  return item;
}
