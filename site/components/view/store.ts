/** What is stored: keys in order, their revisions, and the bytes behind each. */
import type { LabStoreEvent } from '../../../server/observe/lab/messages.ts';
import { h, inFull } from './h.ts';
import type { Child, Fragment } from './h.ts';
import { fromBase64, hexDump } from './hex.ts';
import { jsonView } from './json.ts';

export interface StoredState {
  revision: number;
  /** What was last written at this revision or before stood there already: it steps back. */
  baseline: number;
  stored: readonly LabStoreEvent[];
}

export function storeView({ revision, baseline, stored }: StoredState): Fragment {
  const items = stored.toSorted((a, b) => (a.key < b.key ? -1 : 1));
  const fresh = items.filter((item) => item.modRevision > baseline);
  const older = items.filter((item) => item.modRevision <= baseline);
  const about = fresh.length === 0 ? 'nothing written since the beginning' : `${fresh.length} ${fresh.length === 1 ? 'key' : 'keys'} written since ${baseline}`;
  return h(
    'div',
    { class: 'store' },
    h('p', { class: 'quiet' }, revision <= 1 ? 'No keys to be seen.' : `Revision ${revision}, ${about}.`),
    h('ul', {}, fresh.map((item) => itemView(item, item.modRevision === revision))),
    older.length > 0 && h('details', { 'data-key': '' }, h('summary', { class: 'quiet' }, `${older.length} older ${older.length === 1 ? 'key' : 'keys'}`), h('ul', {}, older.map((item) => inFull(() => itemView(item, false), h('li', {}, lineView(item)))))),
  );
}

/** In a page's HTML what is older stands under the request that wrote it, and only its line is repeated. */
function lineView(item: LabStoreEvent): Fragment {
  return h('p', { class: 'stored-line' }, factsOf(item));
}

function factsOf({ key, createRevision, modRevision, version, value }: LabStoreEvent): Child {
  return [keyView(key), h('span', { class: 'revision', title: `created at revision ${createRevision}, version ${version}` }, modRevision), h('span', { class: 'size' }, `${fromBase64(value).length} B`)];
}

function itemView(item: LabStoreEvent, latest: boolean): Fragment {
  const bytes = fromBase64(item.value);
  return h(
    'li',
    { class: latest ? 'latest' : undefined },
    h(
      'details',
      { 'data-key': item.key },
      h('summary', {}, factsOf(item)),
      h('p', { class: 'quiet' }, `created at ${item.createRevision}, last written at ${item.modRevision}, version ${item.version}`),
      item.json !== undefined && jsonView(JSON.stringify(item.json, null, 2), { class: 'body' }),
      isProtobuf(bytes) || item.json === undefined
        ? h('pre', { class: 'body hex', tabindex: 0 }, hexDump(bytes))
        : h('details', { class: 'bytes' }, h('summary', {}, 'bytes'), h('pre', { class: 'body hex', tabindex: 0 }, hexDump(bytes))),
    ),
  );
}

/** The last part of a key is what tells it from its neighbours. */
function keyView(key: string): Child {
  const cut = key.lastIndexOf('/') + 1;
  return h('code', { class: 'key' }, h('span', {}, key.slice(0, cut)), h('b', {}, key.slice(cut)));
}

/** Stored protobuf begins with `k8s` and a zero byte. */
function isProtobuf(bytes: Uint8Array): boolean {
  return bytes[0] === 0x6b && bytes[1] === 0x38 && bytes[2] === 0x73 && bytes[3] === 0;
}
