import { afterEach, beforeEach, expect, test } from 'vitest';
import { listenLab } from '../../server/node/lab.ts';
import { newHosts } from './hosts.ts';
import type { HostKind, StageHost } from './stage-host.ts';

let lab: Awaited<ReturnType<typeof listenLab>>;
beforeEach(async () => void (lab = await listenLab({ port: 0, stages: [], users: [] })));
afterEach(() => lab.close());

function page({ served, kept }: { served: boolean; kept?: HostKind }) {
  const store = new Map(kept && [['journey:host', kept]]);
  const closed: string[] = [];
  const newPageHost = (): StageHost => ({
    kind: 'page',
    label: 'in this page',
    users: () => Promise.resolve([]),
    send: () => Promise.reject(new Error('no worker here')),
    subscribe: () => () => undefined,
    lasting: () => undefined,
    restart: () => Promise.resolve(),
    act: () => Promise.resolve(),
    close: () => void closed.push('page'),
  });
  const storage = { getItem: (key: string) => store.get(key) ?? null, setItem: (key: string, value: string) => void store.set(key, value as HostKind) };
  return { hosts: newHosts({ origin: lab.url, lab: served, storage, newPageHost }), store, closed };
}

test.each<{ what: string; served: boolean; kept?: HostKind; kind: HostKind; available: HostKind[] }>([
  { what: 'that the lab served uses the lab', served: true, kind: 'local', available: ['page', 'local'] },
  { what: 'that the lab served uses its worker where the reader chose so', served: true, kept: 'page', kind: 'page', available: ['page', 'local'] },
  { what: 'from elsewhere uses its worker', served: false, kind: 'page', available: ['page'] },
  { what: 'from elsewhere uses its worker whatever was chosen', served: false, kept: 'local', kind: 'page', available: ['page'] },
])('a page $what', async ({ served, kept, kind, available }) => {
  const { hosts } = page({ served, ...(kept && { kept }) });
  expect((await hosts.current()).kind).toBe(kind);
  expect(await hosts.available()).toEqual(available);
  expect(await hosts.current()).toBe(await hosts.current());
});

test('the reader may switch: the choice is kept, told, and the host before is closed', async () => {
  const { hosts, store, closed } = page({ served: true });
  const told: HostKind[] = [];
  const leave = hosts.onChange((host) => told.push(host.kind));
  await hosts.current();
  await hosts.use('page');
  await hosts.use('page');
  expect([store.get('journey:host'), (await hosts.current()).kind, told]).toEqual(['page', 'page', ['page']]);
  leave();
  await hosts.use('local');
  expect([store.get('journey:host'), (await hosts.current()).kind, told, closed]).toEqual(['local', 'local', ['page'], ['page']]);
});
