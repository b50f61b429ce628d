/**
 * etcd's revisions in a row: what was written at each, what is forgotten, how far the watch cache reaches, and where
 * each watcher stands. Drawn for the eye, and said in a paragraph for everybody.
 */
import type { LabStorage, LabWritten } from '../../../server/observe/lab/messages.ts';
import type { WatchClientState } from '../watch-client.ts';
import type { WatchingState } from '../watching.ts';
import { h } from './h.ts';
import type { Child, Fragment } from './h.ts';

/** Revisions that are shown, those to come among them. */
const most = 40;
const least = 13;
const toCome = 2;

const legend = h('span', { class: 'ruler-label' }, h('span', { class: 'legend' }, h('span', {}, '+ created'), h('span', {}, '~ changed'), h('span', {}, '− deleted')));
const signs = { created: '+', changed: '~', deleted: '−' };
export const standings = { new: 'not started', watching: 'watches', away: 'away', expired: '410', ended: 'ended' };

/** Agents of requests that a page sends, or, where they are recorded, the build. */
const pages = ['', 'Mozilla', 'node'];

/** Somebody with a place on the ruler. */
interface Cursor {
  name: string;
  seen: number;
  standing: keyof typeof standings;
}

export function rulerView(state: WatchingState, resource: string): Fragment {
  const storage = state.storage;
  if (!storage) return h('div', { class: 'ruler-grid' });
  const last = Math.max(storage.revision + toCome, least);
  const first = Math.max(1, last - most + 1);
  const at = (revision: number) => Math.max(revision, first) - first + 2;
  const written = new Map(storage.written.map((each) => [each.revision, each]));
  const cache = storage.caches.find((each) => each.resource === resource);
  const gone = storage.compacted > first && h('span', { class: 'gone', style: `grid-column: 2 / ${at(storage.compacted)}` });
  return h(
    'div',
    { class: 'ruler-grid', style: `--revisions: ${last - first + 1}`, 'aria-hidden': 'true', 'data-etcd': storage.etcd },
    row('written', legend, range(first, storage.revision).map((revision) => flag(revision, at(revision), written.get(revision), revision < storage.compacted))),
    row('etcd', label('etcd', storage.etcd === 'stopped' ? 'stopped' : 'etcd', 'Et'), [
      range(first, last).map((revision) => h('span', { class: revisionClass(revision, storage), style: `grid-column: ${at(revision)}` }, revision <= storage.revision ? revision : '')),
      gone,
    ], 'etcd'),
    cache && row('cache', label('cacher', 'cache', 'Wc'), [
      h('span', { class: 'window', style: `grid-column: ${at(cache.oldest)} / ${at(cache.newest) + 1}` }),
      cache.listed >= first && h('span', { class: 'listed', style: `grid-column: ${at(cache.listed)}` }, 'list'),
    ], 'cacher'),
    cursors(state, resource).map(({ name, seen, standing }) =>
      row('cursor', label('client', name.length > 1 ? name : standings[standing], name.length > 1 ? 'Wa' : name), [
        h('span', { class: 'walked', style: `grid-column: 2 / ${at(seen)}` }),
        h('span', { class: 'pin', 'data-standing': standing, style: `grid-column: ${at(seen)}` }, name.charAt(0).toUpperCase()),
      ], 'client'),
    ),
  );
}

function row(name: string, head: Child, cells: Child, layer?: string): Fragment {
  return h('div', { class: `ruler-row ${name}`, 'data-layer': layer }, head, cells);
}

function label(layer: string, text: string, mark?: string): Fragment {
  return h('span', { class: 'ruler-label' }, mark !== undefined && h('span', { class: 'mark', 'data-layer': layer }, mark), h('span', { class: 'ruler-word' }, text));
}

function flag(revision: number, column: number, written: LabWritten | undefined, gone: boolean): Child {
  if (!written) return undefined;
  const { resource, name } = shortName(written.key);
  return h('span', { class: gone ? 'flag forgotten' : 'flag', style: `grid-column: ${column}` }, h('span', { class: 'sign' }, signs[written.how]), resource === '' ? name : [h('span', { class: 'of' }, `${resource}/`), h('b', {}, name)]);
}

/** Of `/registry/pods/default/web` `pods` and `web`; of a key that is no object's, all of it. */
export function shortName(key: string): { resource: string; name: string } {
  const [, , ...parts] = key.split('/');
  if (parts.length < 2) return { resource: '', name: key };
  // a group stands before its resources, and before endpoints what they belong to; a namespace before the name
  const resource = /\.|^services$/.test(parts[0]!) && parts[1] !== 'specs' ? parts[1]! : parts[0]!;
  return { resource, name: parts.at(-1)! };
}

function revisionClass(revision: number, { revision: now, compacted }: LabStorage): string {
  return ['revision-at', revision === now && 'now', revision > now && 'to-come', revision < compacted && 'forgotten'].filter(Boolean).join(' ');
}

function range(first: number, last: number): number[] {
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => first + i);
}

/** The reader's clients, then everybody else who watches the resource: those of one program that have seen the same together. */
function cursors({ clients, storage }: WatchingState, resource: string): Cursor[] {
  const own = new Set(clients.map(({ watch }) => watch));
  const others = (storage?.watchers ?? []).filter((watcher) => watcher.resource === resource && !own.has(watcher.id));
  return [
    ...clients.flatMap(({ name, standing, resourceVersion }): Cursor[] => (resourceVersion === '' ? [] : [{ name, seen: Number(resourceVersion), standing }])),
    ...[...Map.groupBy(others, ({ agent, seen }) => `${agent}@${seen}`).values()].map((same): Cursor => {
      const { agent, seen } = same[0]!;
      const name = pages.includes(agent) ? 'page' : agent;
      return { name: same.length > 1 ? `${same.length} × ${name}` : name, seen, standing: 'watching' };
    }),
  ];
}

/** The same in words. */
export function rulerWords(state: WatchingState, resource: string): string {
  const { storage } = state;
  if (!storage) return 'Not recorded.';
  const cache = storage.caches.find((each) => each.resource === resource);
  return [
    `etcd ${storage.etcd === 'stopped' ? 'is stopped' : 'is'} at revision ${storage.revision}${storage.compacted > 1 ? ` and has forgotten what came before ${storage.compacted}` : ''}.`,
    cache && `The watch cache began with a list at ${cache.listed}; ${cache.oldest === cache.newest ? 'nothing has come since' : `it can tell what came after ${cache.oldest}, up to ${cache.newest}`}.`,
    ...cursors(state, resource).map(({ name, seen, standing }) => sentence(name, seen, standing)),
  ].filter(Boolean).join(' ');
}

function sentence(name: string, seen: number, standing: WatchClientState['standing']): string {
  if (standing === 'watching') return `${name} ${name.includes(' × ') ? 'have' : 'has'} seen ${seen}.`;
  if (standing === 'expired') return `${name} saw ${seen} last, which is too old to go on from.`;
  return `${name} saw ${seen} last, and does not watch.`;
}
