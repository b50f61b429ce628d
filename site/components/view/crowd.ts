/** What a crowd does to the server, and the server to it: levels, queues, and how long each client waits. */
import type { ClientState, CrowdState, Level } from '../crowd.ts';
import { h } from './h.ts';
import type { Fragment } from './h.ts';

export function crowdView({ levels, queues, noisy, quiet, connections }: CrowdState, level: string): Fragment {
  return h(
    'div',
    { class: 'crowd-view' },
    h('table', { class: 'levels' },
      h('caption', {}, 'Priority levels'),
      h('thead', {}, h('tr', {}, ['level', 'served now', 'waiting', 'served', 'refused'].map((name, i) => h('th', { scope: 'col', class: i > 1 ? 'number' : undefined }, name)))),
      h('tbody', {}, levels.map((row) => levelRow(row, row.name === level)))),
    h('div', { class: 'queues' },
      h('p', { class: 'label' }, `Queues of ${level}`),
      queues.length === 0 ? h('p', { class: 'quiet' }, 'All 128 are empty.') : h('ol', {}, queues.map(queueItem))),
    h('div', { class: 'clients' }, clientView('noisy', `${connections} connections`, noisy), clientView('quiet', 'one request at a time', quiet)),
  );
}

function levelRow({ name, executing, waiting, dispatched, rejected }: Level, isWatched: boolean): Fragment {
  const idle = executing + waiting === 0;
  return h('tr', { class: [isWatched && 'watched', idle && 'idle'].filter(Boolean).join(' ') || undefined },
    h('th', { scope: 'row' }, name),
    h('td', {}, h('span', { class: 'seats', 'aria-hidden': 'true' }, '■'.repeat(Math.min(executing, 24))), ` ${executing}`),
    h('td', { class: 'number' }, waiting),
    h('td', { class: 'number' }, dispatched),
    h('td', { class: rejected > 0 ? 'number refused' : 'number' }, rejected));
}

function queueItem({ index, waiting, executing }: CrowdState['queues'][number]): Fragment {
  return h('li', {}, h('span', { class: 'index' }, index), h('span', { class: 'bar', style: `--waiting: ${waiting}`, 'aria-hidden': 'true' }), h('span', { class: 'length' }, `${waiting} waiting, ${executing} served`));
}

function clientView(name: string, how: string, { answered, refused, latencies }: ClientState): Fragment {
  const most = Math.max(1, ...latencies);
  return h('div', { class: 'client' },
    h('p', { class: 'label' }, h('b', {}, name), `, ${how}`),
    h('p', { class: 'figure' }, latencies.length === 0 ? 'no answer yet' : `${Math.round(median(latencies))} ms`),
    h('p', { class: 'spark', 'aria-hidden': 'true' }, latencies.map((ms) => h('span', { style: `--part: ${(ms / most).toFixed(3)}` }))),
    h('p', { class: 'quiet' }, `${answered} answers${refused > 0 ? `, ${refused} times 429` : ''}`));
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;
}
