/**
 * `npm run bench`: what a request costs at the full chain of the stage `apiserver`, on the embedded store and plain
 * HTTP, beside bare Express that answers the same bytes in the same run: the limit. Then two of the filters alone.
 */
import { cpus } from 'node:os';
import { access } from './access.ts';
import { fairness, turn } from './fairness.ts';
import { fanOut } from './fan-out.ts';
import { load } from './load.ts';
import type { Load, Row } from './load.ts';
import { startMeasured } from './measured-server.ts';
import type { MeasuredServer } from './measured-server.ts';
import type { Answers } from './messages.ts';
import { configMap, pod } from './objects.ts';
import { plot } from './plot.ts';

const namespace = '/api/v1/namespaces/default';
const configMaps = `${namespace}/configmaps`;
const pods = `${namespace}/pods`;
const watchers = 1000;
const listed = 1000;

const ours = await startMeasured();
await post(ours, configMaps, configMap('one'));
for (let n = 0; n < listed; n++) await post(ours, pods, pod(`pod-${n}`));
const objects = { configmaps: await read(ours, `${configMaps}/one`), pods: await read(ours, `${pods}/pod-1`) };
const answers: Answers = {
  get: objects,
  list: await read(ours, `${pods}?resourceVersion=0`),
  create: objects,
  event: `${JSON.stringify({ type: 'MODIFIED', object: JSON.parse(objects.configmaps) as unknown })}\n`,
};
const limit = await startMeasured(answers);

const rows: Row[] = [
  await both('GET one ConfigMap', get(`${configMaps}/one`)),
  { ...(await both(`GET one Pod (${objects.pods.length} bytes)`, get(`${pods}/pod-1`))), bar: 80 },
  { ...(await both(`LIST ${listed} Pods from the cache (${Math.round(answers.list.length / 1024)} KB)`, get(`${pods}?resourceVersion=0`))), bar: 3000 },
  {
    what: `watch: 1 event to ${watchers} watchers`,
    ours: await fanOut(ours, { ...watching(), cause: (round) => put(ours, `${configMaps}/one`, configMap('one', String(round))) }),
    limit: await fanOut(limit, { ...watching(), cause: () => limit.event() }),
  },
  await both('create a ConfigMap', create(configMaps, configMap(''))),
  { ...(await both('create a Pod', create(pods, pod('')))), bar: 400 },
  turn(),
];
await Promise.all([ours.stop(), limit.stop()]);
rows.push(...(await access()));

console.log(`Node ${process.version}, ${cpus().length} × ${cpus()[0]?.model ?? 'unknown processor'}\n`);
console.log(table(rows));
console.log(`\n${await fairness()}`);
console.log(`\nplot: ${plot(rows)}`);

function watching() {
  // Only one object is named so: creates do not reach these watchers.
  return { path: `${configMaps}?watch=true&fieldSelector=metadata.name%3Done`, watchers, marker: '"MODIFIED"' };
}

function get(path: string): Load {
  return { method: 'GET', path };
}

function create(path: string, object: { metadata: object }): Load {
  return { method: 'POST', path, body: JSON.stringify({ ...object, metadata: { ...object.metadata, name: undefined, generateName: 'made-' } }) };
}

async function both(what: string, asked: Load): Promise<Row> {
  return { what, ours: await load(ours, asked), limit: await load(limit, asked) };
}

function table(measured: Row[]): string {
  const number = (value: number) => (value < 10 ? value.toFixed(1) : Math.round(value).toLocaleString('en'));
  return [
    '| | apiserver, per second | CPU µs each | bare Express, per second | CPU µs each | ratio of CPU | bar, CPU µs |',
    '|---|--:|--:|--:|--:|--:|--:|',
    ...measured.map(({ what, ours: o, limit: l, bar }) => `| ${what} | ${number(o.perSecond)} | ${number(o.cpuMicros)} | ${number(l.perSecond)} | ${number(l.cpuMicros)} | ${(o.cpuMicros / l.cpuMicros).toFixed(1)} | ${bar === undefined ? '' : number(bar)} |`),
  ].join('\n');
}

async function send(server: MeasuredServer, method: string, path: string, object?: object): Promise<string> {
  const response = await fetch(`${server.url}${path}`, {
    method,
    headers: { authorization: `Bearer ${server.token}`, 'content-type': 'application/json' },
    ...(object && { body: JSON.stringify(object) }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${path}: ${text}`);
  return text;
}

async function post(server: MeasuredServer, path: string, object: object): Promise<void> {
  await send(server, 'POST', path, object);
}

async function put(server: MeasuredServer, path: string, object: object): Promise<void> {
  await send(server, 'PUT', path, object);
}

function read(server: MeasuredServer, path: string): Promise<string> {
  return send(server, 'GET', path);
}
