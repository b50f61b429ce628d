/**
 * Everything that can be asked, by everybody: who is denied by the oracle gets a 403 that says so word for word, and who
 * is allowed never gets one. Nothing changes: writes have no body, deletes are dry runs.
 */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { newRandom } from '../fuzz/random.ts';
import { groups, may, pathCases, refusal, resourceCases } from './cases.ts';
import { startCluster } from './cluster.ts';
import type { Cluster } from './cluster.ts';
import { people } from './people.ts';

let cluster: Cluster;
let before: string[];
beforeAll(async () => {
  cluster = await startCluster();
  before = await cluster.planted();
}, 120_000);
afterAll(async () => void (await cluster?.stop()));

const cases = [...resourceCases, ...pathCases];
const seed = 4;
const everybody = Object.keys(people(''));
const all = ['root', 'boss'];

test('the matrix is whole', () => {
  expect(everybody.length).toBeGreaterThanOrEqual(20);
  const asked = new Set(resourceCases.map(({ asked }) => ('path' in asked ? '' : [asked.group, asked.resource, asked.subresource, asked.verb].join(' '))));
  const served = groups.flatMap(({ group, versions }) =>
    versions.flatMap(({ resources }) =>
      resources.flatMap(({ resource, verbs, subresources = [] }) => [{ subresource: '', verbs }, ...subresources].flatMap((each) => each.verbs.map((verb) => [group, resource, each.subresource, verb].join(' ')))),
    ),
  );
  expect(served.filter((each) => !asked.has(each))).toEqual([]);
});

test.each(everybody)('%s gets what RBAC gives, and nothing else', async (name) => {
  const { people, oracle } = cluster;
  const person = people[name]!;
  const who = person.as ?? person;
  const wrong: string[] = [];
  const counts = { allowed: 0, denied: 0 };
  await cluster.sendAll(cases.map((each) => ({ ...each, person })), (one, { status, body }) => {
    const { method, target } = one.message;
    const line = `${method} ${target}: ${status} ${body.toString().slice(0, 300)}`;
    const allowed = !person.refused && may(oracle, who, one);
    counts[allowed ? 'allowed' : 'denied']++;
    if (allowed && (status === 401 || status === 403)) wrong.push(`denied, but allowed: ${line}`);
    if (allowed) return;
    if (status !== 403) wrong.push(`got through, but denied: ${line}`);
    else if (method !== 'HEAD' && !person.refused && messageOf(body) !== refusal(oracle, who, one)) wrong.push(`denied in other words: ${line}`);
  });
  expect(wrong.slice(0, 20)).toEqual([]);
  // nobody's row is empty by mistake
  expect([counts.allowed > 0, counts.denied > 0]).toEqual([!person.refused, !all.includes(name)]);
}, 120_000);

test('a review says of everybody what their requests come to', async () => {
  const { people, oracle } = cluster;
  const review = { apiVersion: 'authorization.k8s.io/v1', kind: 'SubjectAccessReview' };
  const all = everybody.filter((name) => !people[name]!.refused).flatMap((name, row) =>
    Array.from({ length: 60 }, (_, i) => {
      const { asked } = newRandom(seed, row * 100 + i).pick(cases);
      const { name: user, groups } = people[name]!.as ?? people[name]!;
      const attributes = 'path' in asked ? { nonResourceAttributes: asked } : { resourceAttributes: asked };
      const body = JSON.stringify({ ...review, spec: { user, groups, ...attributes } });
      return { person: people['root']!, message: { method: 'POST', target: '/apis/authorization.k8s.io/v1/subjectaccessreviews', headers: [['Content-Type', 'application/json']] as const, body }, allowed: may(oracle, { name: user, groups }, { asked }) };
    }),
  );
  const wrong: string[] = [];
  await cluster.sendAll(all, ({ message, allowed }, { status, body }) => {
    const says = status === 201 ? (JSON.parse(body.toString()) as { status: { allowed: boolean } }).status.allowed : status;
    if (says !== allowed) wrong.push(`${says}, not ${allowed}: ${message.body}`);
  });
  expect(wrong).toEqual([]);
  expect(new Set(all.map(({ allowed }) => allowed))).toEqual(new Set([true, false]));
}, 60_000);

test('and nothing has changed', async () => {
  expect(await cluster.planted()).toEqual(before);
});

function messageOf(body: Buffer): string {
  return (JSON.parse(body.toString()) as { message: string }).message;
}
