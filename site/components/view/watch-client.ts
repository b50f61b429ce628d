/** One of the reader's clients: how far it is, what it was told, and what it can do next. */
import type { WatchClientState } from '../watch-client.ts';
import { h } from './h.ts';
import type { Fragment } from './h.ts';

export function watchClientView({ standing, resourceVersion, events, why }: WatchClientState): Fragment {
  return h(
    'div',
    { class: 'client-view' },
    h('p', { class: 'figure' }, resourceVersion === '' ? '–' : resourceVersion, h('small', {}, 'last resourceVersion')),
    h('ol', {}, events.map(({ type, name, resourceVersion: at }) => h('li', {}, h('b', { 'data-type': type }, type), h('span', { class: 'what' }, name), h('span', { class: 'at' }, at)))),
    why !== undefined && h('p', { class: standing === 'expired' ? 'failure' : 'quiet' }, why),
  );
}

/** What its button says and does. */
export function nextOf({ name, standing }: Pick<WatchClientState, 'name' | 'standing'>): { says: string; step: string } {
  if (standing === 'new') return { says: 'Start', step: `${name} starts` };
  if (standing === 'watching') return { says: 'Leave', step: `${name} leaves` };
  if (standing === 'expired') return { says: 'List again', step: `${name} lists again` };
  return { says: 'Return', step: `${name} returns` };
}
