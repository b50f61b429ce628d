/**
 * `npm run bench`: what a request costs at the full chain of the stage `apiserver`, on the embedded store and plain
 * HTTP, beside bare Express that answers the same bytes in the same run: the limit.
 */
import { cpus } from 'node:os';
import { fanOut } from './fan-out.ts';
import { load } from './load.ts';
import type { Measurement, Row } from './load.ts';
import { startMeasured } from './measured-server.ts';
import type { MeasuredServer } from './measured-server.ts';
import type { Answers } from './messages.ts';
import { configMap, pod } from './objects.ts';
import { plot } from './plot.ts';

const namespace = '/api/v1/namespaces/default';
const configMaps = `${namespace}/configmaps`;
const watchers = 1000;
const list = { pods: 500 };
const seconds = 3;

const ours = await startMeasured();
await post(ours, configMaps, configMap('one'));
for (let n = 0; n < list.pods; n++) await post(ours, `${namespace}/pods`, pod(`pod-${n}`));
const answers: Answers = {
  get: { configmaps: await read(ours, `${configMaps}/one`), pods: await read(ours, `${namespace}/pods/pod-1`) },
  list: await read(ours, `${namespace}/pods`),
  create: await read(ours, `${configMaps}/one`),
  event: `${JSON.stringify({ type: 'MODIFIED', object: JSON.parse(await read(ours, `${configMaps}/one`)) as unknown })}\n`,
};
const limit = await startMeasured(answers);
const body = JSON.stringify({ ...configMap(''), metadata: { generateName: 'made-' } });

const rows: Row[] = [
  await both('GET one ConfigMap', (server) => load(server, { method: 'GET', path: `${configMaps}/one`, seconds })),
  await both('GET one Pod', (server) => load(server, { method: 'GET', path: `${namespace}/pods/pod-1`, seconds })),
  await both(`LIST ${list.pods} Pods (${Math.round(answers.list.length / 1024)} KB)`, (server) => load(server, { method: 'GET', path: `${namespace}/pods`, seconds })),
  {
    what: `watch: 1 event to ${watchers} watchers`,
    ours: await fanOut(ours, { ...watching(), cause: (round) => put(ours, `${configMaps}/one`, configMap('one', String(round))) }),
    limit: await fanOut(limit, { ...watching(), cause: () => limit.event() }),
  },
  await both('create a ConfigMap', (server) => load(server, { method: 'POST', path: configMaps, body, seconds })),
];
await Promise.all([ours.stop(), limit.stop()]);

console.log(`Node ${process.version}, ${cpus().length} × ${cpus()[0]?.model ?? 'unknown processor'}\n`);
console.log(table(rows));
console.log(`\nplot: ${plot(rows)}`);

function watching() {
  // Only one object is named so: creates do not reach these watchers.
  return { path: `${configMaps}?watch=true&fieldSelector=metadata.name%3Done`, watchers, marker: '"MODIFIED"' };
}

async function both(what: string, measure: (server: MeasuredServer) => Promise<Measurement>): Promise<Row> {
  return { what, ours: await measure(ours), limit: await measure(limit) };
}

function table(measured: Row[]): string {
  const number = (value: number) => (value < 10 ? value.toFixed(1) : Math.round(value).toLocaleString('en'));
  return [
    '| | apiserver, per second | CPU µs each | bare Express, per second | CPU µs each | ratio of CPU |',
    '|---|--:|--:|--:|--:|--:|',
    ...measured.map(({ what, ours: o, limit: l }) => `| ${what} | ${number(o.perSecond)} | ${number(o.cpuMicros)} | ${number(l.perSecond)} | ${number(l.cpuMicros)} | ${(o.cpuMicros / l.cpuMicros).toFixed(1)} |`),
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
