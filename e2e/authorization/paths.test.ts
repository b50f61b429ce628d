/**
 * Targets that try to be taken for others. Whatever a request is taken for, what RBAC denies of it gets no answer but a
 * refusal; and, since both sides might be wrong about it, nobody ever reads the planted objects that they may not read,
 * or changes one.
 */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Answer } from '../fuzz/client.ts';
import { newRandom } from '../fuzz/random.ts';
import { startCluster } from './cluster.ts';
import type { Cluster, Message } from './cluster.ts';
import type { Person } from './people.ts';
import { readRequest } from './read-request.ts';
import { queries, targets, tricks, tricky } from './tricks.ts';

let cluster: Cluster;
let before: string[];
beforeAll(async () => {
  cluster = await startCluster();
  before = await cluster.planted();
}, 120_000);
afterAll(async () => void (await cluster?.stop()));

const seed = 4;
const readers = ['nobody', 'anonymous', 'named', 'viewer', 'paths', 'reader', 'parts', 'scaler', 'robot', 'system:node:x', 'actor as viewer', 'nobody as root', 'anonymous behind a proxy that is none', 'root'];
/** They may change nothing of what is planted. */
const visitors = ['nobody', 'anonymous', 'viewer', 'paths', 'reader', 'parts'];

interface Sent {
  person: Person;
  message: Message;
}

/** What is wrong with an answer. */
function judge({ person, message }: Sent, { status, body }: Answer): string[] {
  const { oracle } = cluster;
  const who = person.as ?? person;
  const asked = readRequest(message.method, message.target);
  const line = `${who.name}: ${message.method} ${message.target.slice(0, 200)}: ${status} ${body.toString().slice(0, 200)} ${JSON.stringify(asked)}`;
  const wrong: string[] = [];
  const allowed = asked !== 'refused' && !person.refused && ('path' in asked ? oracle.mayReach(who, asked) : oracle.mayDo(who, asked));
  // what can't be read, or is too long, is refused before anybody asks who may
  const readable = asked !== 'refused' && /^(?:[a-z]+:\/\/[\w.:@-]+)?(?:\/[\x21-\x7e]*)?$/i.test(message.target);
  const unread = [403, ...(readable ? [] : [400]), ...(asked === 'refused' ? [500] : []), ...(message.target.length > 8000 ? [431] : [])];
  if (allowed && (status === 401 || status === 403)) wrong.push(`denied, but allowed: ${line}`);
  if (!allowed && !unread.includes(status)) wrong.push(`got through, but denied: ${line}`);
  for (const [planted, namespace = '', resource = '', name = ''] of body.toString().matchAll(/canary\.(\w+)\.(\w+)\.(\w+)/g)) {
    const reading = { group: '', resource, subresource: '' };
    const mayRead = ['get', 'list', 'watch'].some((verb) => [namespace, ''].some((place) => oracle.mayDo(who, { ...reading, verb, namespace: place, name })));
    if (person.refused || !mayRead) wrong.push(`has read ${planted}: ${line}`);
  }
  return wrong;
}

async function wrongAmong(all: Sent[]): Promise<string[]> {
  const wrong: string[] = [];
  await cluster.sendAll(all, (sent, answer) => void wrong.push(...judge(sent, answer)));
  return wrong.slice(0, 30);
}

test.each(Object.keys(tricks))('by %s nobody gets around it', async (trick) => {
  const random = newRandom(seed, Object.keys(tricks).indexOf(trick));
  const all = targets.flatMap((target) => readers.flatMap((name) => Array.from({ length: 2 }, () => ({ person: cluster.people[name]!, message: { method: random.pick(['GET', 'GET', 'GET', 'HEAD', 'OPTIONS', 'POST']), target: tricks[trick]!(target, random) } }))));
  expect(await wrongAmong(all)).toEqual([]);
}, 60_000);

test('no query makes another request of it', async () => {
  const lists = targets.filter((target) => target.startsWith('/api/v1'));
  const all = lists.flatMap((target) => queries.flatMap((query) => ['nobody', 'named', 'viewer', 'reader', 'robot'].map((name) => ({ person: cluster.people[name]!, message: { method: 'GET', target: `${target}?${query}` } }))));
  expect(await wrongAmong(all)).toEqual([]);
}, 60_000);

test('nor do several tricks at once', async () => {
  const all = Array.from({ length: 2500 }, (_, i) => {
    const random = newRandom(seed, 1000 + i);
    return { person: cluster.people[random.pick(readers)]!, message: { method: random.pick(['GET', 'GET', 'GET', 'HEAD', 'POST', 'OPTIONS', 'TRACE', 'PROPFIND', 'SEARCH']), target: tricky(random) } };
  });
  expect(await wrongAmong(all)).toEqual([]);
}, 60_000);

test('nobody changes what they may not', async () => {
  const patch = '{"metadata":{"labels":{"stolen":"yes"}}}';
  const all = Array.from({ length: 1200 }, (_, i) => {
    const random = newRandom(seed, 10_000 + i);
    const method = random.pick(['DELETE', 'PATCH', 'PUT', 'DELETE', 'PATCH']);
    const headers = [['Content-Type', method === 'PATCH' ? 'application/merge-patch+json' : 'application/json']] as const;
    return { person: cluster.people[random.pick(visitors)]!, message: { method, target: tricky(random), headers, ...(method !== 'DELETE' && { body: patch }) } };
  });
  expect(await wrongAmong(all)).toEqual([]);
  expect(await cluster.planted()).toEqual(before);
}, 60_000);
