/**
 * Requests by the ten thousand that nobody should send, made from a seed: none is answered by a fault of the server,
 * none leaves it another than it was.
 *
 * FUZZ_SEED makes the requests of that seed, FUZZ_REQUESTS as many of them, FUZZ_ONLY the one of that number.
 */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { faultOf } from './check.ts';
import { Connection } from './client.ts';
import { readCorpus } from './corpus.ts';
import { asCurl, fuzz, json, plant } from './fuzz.ts';
import type { Fault } from './fuzz.ts';
import { startFuzzed } from './fuzzed-server.ts';
import type { FuzzedServer } from './fuzzed-server.ts';
import { collectionOf, newFuzzRequest } from './request.ts';
import type { Planted } from './request.ts';
import { shrink } from './shrink.ts';

const seed = Number(process.env.FUZZ_SEED ?? 1);
const requests = Number(process.env.FUZZ_REQUESTS ?? 21_000);
const only = process.env.FUZZ_ONLY;
const rounds = 3;
/** Of code that is compiled yet, and of collections that come late: a leak of two kilobytes a request is more. */
const allowedGrowth = 10 * 2 ** 20;

const corpus = readCorpus();
const used: number[] = [];
const stored: number[] = [];
let server: FuzzedServer;
let planted: Planted;

beforeAll(async () => {
  console.log(`FUZZ_SEED=${seed}`);
  server = await startFuzzed();
  planted = await plant(server, corpus);
  // of every resource that keeps objects there is one
  expect(corpus.endpoints.filter((one) => one.verbs.includes('delete') && one.subresource === '' && !planted.has(collectionOf(one)))).toEqual([]);
  stored.push((await server.settle()).stored);
}, 120_000);
afterAll(async () => {
  await server.stop();
});

test.each(rangesOf(requests))('requests %i up to %i are answered as they should be', async (from, to) => {
  const faults = await fuzz(server, corpus, planted, { seed, from, to });
  expect(await Promise.all(faults.slice(0, 5).map(described))).toEqual([]);
  expect(server.alive()).toBe(true);
  // of a watch that has begun, and of a request whose time is over, errors are told that no client can be told
  expect(server.stderr().split('\n').filter((line) => /panic|unhandled|(?:Type|Range|Reference|Syntax)Error/.test(line))).toEqual([]);
  const settled = await server.settle();
  expect(settled.polluted).toEqual([]);
  used.push(settled.used);
  stored.push(settled.stored);
}, 600_000);

test('then the server works as before', async () => {
  const connection = new Connection(server);
  const send = async (...args: Parameters<typeof json>) => (await connection.send(json(...args))).status;
  const configMaps = '/api/v1/namespaces/default/configmaps';
  expect(await send('GET', '/readyz')).toBe(200);
  expect(await send('POST', configMaps, { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'after' } })).toBe(201);
  expect(await send('GET', `${configMaps}/after`)).toBe(200);
  expect(await send('DELETE', `${configMaps}/after`)).toBe(200);
  expect(await send('GET', `${configMaps}/after`)).toBe(404);
  connection.close();
});

test('and with the same objects stored uses the memory that it used after the first third', () => {
  expect(new Set(stored).size).toBe(1);
  const [first = 0, ...later] = used;
  expect(Math.min(...later) - first, `bytes in use after each third: ${used.join(', ')}`).toBeLessThan(allowedGrowth);
});

function rangesOf(all: number): [from: number, to: number][] {
  if (only !== undefined) return Array.from({ length: rounds }, () => [Number(only), Number(only) + 1]);
  const size = Math.ceil(all / rounds);
  return Array.from({ length: rounds }, (_, round) => [round * size, (round + 1) * size]);
}

/** What was sent, as small as it fails alone; what fails only after others is told as it was. */
async function described({ index, what }: Fault): Promise<string> {
  const connection = new Connection(server);
  const request = newFuzzRequest(corpus, planted, seed, index);
  const fails = async (candidate: typeof request) => {
    const fault = await connection.send(candidate).then((answer) => faultOf(candidate, answer), String);
    return fault !== undefined;
  };
  const smallest = (await fails(request)) ? await shrink(request, fails) : request;
  connection.close();
  return `FUZZ_SEED=${seed} FUZZ_ONLY=${index}: ${what}\n${asCurl(smallest)}`;
}
