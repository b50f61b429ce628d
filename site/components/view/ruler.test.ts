import { describe, expect, test } from 'vitest';
import type { LabStorage } from '../../../server/observe/lab/messages.ts';
import type { WatchClientState } from '../watch-client.ts';
import { toHtml } from './h.ts';
import { rulerView, rulerWords, shortName } from './ruler.ts';

const storage: LabStorage = {
  type: 'storage',
  stage: 'watch',
  etcd: 'running',
  revision: 9,
  compacted: 4,
  written: [{ revision: 3, key: '/registry/pods/default/a', how: 'created' }, { revision: 9, key: '/registry/pods/default/<b>', how: 'changed' }],
  caches: [{ resource: 'pods', ready: true, oldest: 2, newest: 9, listed: 2 }, { resource: 'secrets', ready: true, oldest: 1, newest: 1, listed: 1 }],
  watchers: [{ id: 'of-a', agent: '', resource: 'pods', key: '/pods/', seen: 9 }, { id: 'x', agent: 'kubectl', resource: 'pods', key: '/pods/', seen: 9 }, { id: 'y', agent: 'curl', resource: 'secrets', key: '/secrets/', seen: 1 }],
};
const client = (name: string, standing: WatchClientState['standing'], resourceVersion: string, watch?: string): WatchClientState => ({ name, standing, resourceVersion, events: [], ...(watch !== undefined && { watch }) });
const clients = [client('A', 'watching', '9', 'of-a'), client('B', 'expired', '1'), client('C', 'new', '')];

test('the ruler says in words where everybody stands', () => {
  expect(rulerWords({ storage, clients, next: '' }, 'pods')).toBe(
    'etcd is at revision 9 and has forgotten what came before 4. The watch cache began with a list at 2; it can tell what came after 2, up to 9. A has seen 9. B saw 1 last, which is too old to go on from. kubectl has seen 9.',
  );
  expect(rulerWords({ storage: { ...storage, etcd: 'stopped', compacted: 0, caches: [], watchers: [] }, clients: [client('A', 'away', '3')], next: '' }, 'pods')).toBe('etcd is stopped at revision 9. A saw 3 last, and does not watch.');
});

test('watchers of one program that have seen the same stand together', () => {
  const kubectl = (id: string, seen: number) => ({ id, agent: 'kubectl', resource: 'pods', key: '/pods/', seen });
  const state = { storage: { ...storage, watchers: [kubectl('a', 9), kubectl('b', 4), kubectl('c', 9)] }, clients: [], next: '' };
  expect(rulerWords(state, 'pods')).toMatch(/ 2 × kubectl have seen 9\. kubectl has seen 4\.$/);
  expect([...toHtml(rulerView(state, 'pods')).matchAll(/class="pin"[^>]*>(.)</g)].map(([, letter]) => letter)).toEqual(['2', 'K']);
});

test('the ruler marks what is forgotten, the present, and what is to come, and reads no name as markup', () => {
  const html = toHtml(rulerView({ storage, clients, next: '' }, 'pods'));
  expect([...html.matchAll(/class="revision-at([^"]*)"[^>]*>(\d*)</g)].map(([, how, revision]) => `${revision}${how}`)).toEqual(['1 forgotten', '2 forgotten', '3 forgotten', '4', '5', '6', '7', '8', '9 now', ' to-come', ' to-come', ' to-come', ' to-come']);
  expect(html).toContain('<b>&lt;b&gt;</b>');
  expect(html).not.toContain('>curl<');
});

test('a long history is shown from its end, and who is further back stands at the edge', () => {
  const html = toHtml(rulerView({ storage: { ...storage, revision: 500, compacted: 10 }, clients, next: '' }, 'pods'));
  expect(html).toContain('--revisions: 40');
  expect(html).toMatch(/data-standing="expired" style="grid-column: 2"/);
});

describe('the short name of', () => {
  test.each([
    ['/registry/pods/default/web', 'pods', 'web'],
    ['/registry/namespaces/default', 'namespaces', 'default'],
    ['/registry/apps.example.com/widgets/default/w', 'widgets', 'w'],
    ['/registry/services/specs/default/web', 'services', 'web'],
    ['/registry/services/endpoints/default/web', 'endpoints', 'web'],
    ['compact_rev_key', '', 'compact_rev_key'],
  ])('%s is %s %s', (key, resource, name) => {
    expect(shortName(key)).toEqual({ resource, name });
  });
});
