/** The writes of a journey, one below the other; each opens the trace of its request, and below it stands who was told. */
import type { Change } from '../object-changes.ts';
import type { Write } from '../journey.ts';
import type { WriteRequest } from '../journey-request.ts';
import { h } from './h.ts';
import type { Child, Fragment } from './h.ts';
import { traceView } from './trace.ts';
import type { CodeLinks } from './trace-detail.ts';

/** What is more is said to be so. */
const shownChanges = 6;

const eventOf: Record<Write['deed'], string> = { created: 'ADDED', changed: 'MODIFIED', deleted: 'DELETED', refused: '' };

export function journeyView(writes: readonly Write[], links: CodeLinks): Fragment {
  return h('ol', { class: 'writes' }, writes.map((write) => writeView(write, writes, links)));
}

function writeView(write: Write, writes: readonly Write[], links: CodeLinks): Fragment {
  const { deed, kind, name, request, revision, told, heard } = write;
  return h(
    'li',
    { class: 'write', 'data-deed': deed },
    h(
      'details',
      { 'data-key': `${request?.traceId ?? ''}@${revision ?? ''}` },
      h(
        'summary',
        {},
        h('span', { class: 'revision', title: revision === undefined ? 'not written' : 'its resourceVersion' }, revision ?? '–'),
        h('span', { class: 'who', title: request ? `${request.user}, ${request.agent}` : undefined }, request?.who ?? 'somebody unseen'),
        h('span', { class: 'what' }, `${deed} `, h('b', {}, kind), ` ${name}`, heard !== undefined && h('span', { class: 'heard' }, `, having heard of ${heard}`)),
        changesView(write.changes),
        request && h('span', { class: 'request-line' }, lineOf(request), deed === 'refused' && h('b', {}, ` ${request.status}`)),
      ),
      h('div', { class: 'write-trace part-trace' }, request ? traceView(request.spans, links) : h('p', { class: 'quiet' }, 'Nobody looked when this request came.')),
    ),
    told.length > 0 && toldView(write, writes),
  );
}

function lineOf({ method, path }: WriteRequest): Child {
  return h('code', {}, h('span', { class: 'method' }, method), ' ', path);
}

function changesView(changes: readonly Change[]): Child {
  if (changes.length === 0) return undefined;
  const more = changes.length - shownChanges;
  return h('ul', { class: 'changes' }, changes.slice(0, shownChanges).map(changeView), more > 0 && h('li', { class: 'quiet' }, `and ${more} more`));
}

function changeView({ path, before, after }: Change): Fragment {
  return h('li', {}, h('span', { class: 'field' }, path), ' ', before !== undefined && h('del', {}, before), before !== undefined && after !== undefined && ' ', after !== undefined && h('ins', {}, after));
}

/** By name those who did something about it. */
function toldView({ revision, deed, told }: Write, writes: readonly Write[]): Fragment {
  const acted = new Set(writes.filter((later) => later.heard === revision).map(({ request }) => request?.who));
  const some = told.filter((name) => acted.has(name));
  const others = told.filter((name) => !acted.has(name));
  return h(
    'details',
    { class: 'told', 'data-key': `told ${revision}` },
    h(
      'summary',
      {},
      h('span', { class: 'event-type', 'data-type': eventOf[deed] }, eventOf[deed]),
      ' by the watch cache to ',
      some.map((name, index) => [index > 0 && ', ', h('b', {}, name)]),
      some.length > 0 && others.length > 0 && ' and ',
      others.length > 0 && `${others.length} ${some.length > 0 ? `other${others.length === 1 ? '' : 's'}` : `controller${others.length === 1 ? '' : 's'}`}`,
    ),
    others.length > 0 && h('p', {}, others.join(', ')),
  );
}
