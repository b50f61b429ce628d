/**
 * Lists out of the cache, of more and more objects: they should cost what their objects cost, however many there are.
 * Beside bare Express, which has each of the lists at hand as a whole.
 */
import { get } from 'node:http';
import type { Measurement, Row } from './load.ts';
import { startMeasured } from './measured-server.ts';
import type { MeasuredServer } from './measured-server.ts';
import { configMap, nameOf, pod } from './objects.ts';
import { plotSizes } from './plot.ts';
import type { Report } from './report.ts';
import { send } from './send.ts';
import { table } from './table.ts';

const namespace = '/api/v1/namespaces/default';
const sizes = [1000, 10_000, 100_000];
const pods = 10_000;
/** Of each size so many objects are listed in all. */
const objects = 500_000;
const rounds = 5;
/** Microseconds that the list of Pods may take, and milliseconds. */
const bar = 40_000;

interface SizedList {
  resource: string;
  size: number;
  bytes: number;
  ours: ListMeasurement;
  limit: ListMeasurement;
}

interface ListMeasurement extends Measurement {
  /** The median time in which a client has it all, where it is the only one. */
  latencyMillis: number;
}

export async function list(): Promise<Report> {
  const ours = await startMeasured();
  const limit = await startMeasured({ get: {}, list: '', create: {}, event: '' });
  const ofPods = await growing(ours, limit, 'pods', pod(nameOf(0)), [pods]);
  const ofConfigMaps = await growing(ours, limit, 'configmaps', configMap(nameOf(0)), sizes);
  await Promise.all([ours.stop(), limit.stop()]);
  const rows: Row[] = [...ofPods, ...ofConfigMaps].map(({ resource, size, bytes, ours, limit }) => ({ what: `LIST ${size} ${resource} (${Math.round(bytes / 1024)} KB), one client`, ours, limit, ...(resource === 'pods' && { bar }) }));
  return { rows, texts: [showSizes([...ofPods, ...ofConfigMaps], ofConfigMaps)] };
}

async function growing(ours: MeasuredServer, limit: MeasuredServer, resource: string, object: object, sizes: number[]): Promise<SizedList[]> {
  const path = `${namespace}/${resource}?resourceVersion=0`;
  await send(ours, 'POST', `${namespace}/${resource}`, object);
  const copies = { resource, object: await send(ours, 'GET', `${namespace}/${resource}/${nameOf(0)}`) };
  const sized: SizedList[] = [];
  let from = 1;
  for (const to of sizes) {
    await ours.fill({ ...copies, from, to });
    await limit.answerListOf(ours, path);
    const { bytes } = await readList(ours, path);
    sized.push({ resource, size: to, bytes, ours: await measure(ours, path, to), limit: await measure(limit, path, to) });
    from = to;
  }
  return sized;
}

async function measure(server: MeasuredServer, path: string, size: number): Promise<ListMeasurement> {
  const amount = Math.max(1, objects / size / rounds);
  const latencies: number[] = [];
  let least: Measurement = { perSecond: 0, cpuMicros: Infinity };
  for (let round = 0; round <= rounds; round++) {
    const [before, start] = [await server.cpu(), performance.now()];
    for (let n = 0; n < amount; n++) latencies.push((await readList(server, path)).millis);
    const elapsed = performance.now() - start;
    const cpuMicros = ((await server.cpu()) - before) / amount;
    if (round > 0 && cpuMicros < least.cpuMicros) least = { perSecond: (amount / elapsed) * 1000, cpuMicros };
  }
  return { ...least, latencyMillis: latencies.toSorted((a, b) => a - b)[latencies.length >> 1]! };
}

function readList({ url, token }: MeasuredServer, path: string): Promise<{ bytes: number; millis: number }> {
  const start = performance.now();
  return new Promise((resolve, reject) => {
    const request = get(`${url}${path}`, { headers: { authorization: `Bearer ${token}` } }, (response) => {
      let bytes = 0;
      response.on('data', (chunk: Buffer) => (bytes += chunk.length));
      response.on('end', () => resolve({ bytes, millis: performance.now() - start }));
      response.on('error', reject);
    });
    request.on('error', reject);
  });
}

function showSizes(all: SizedList[], growing: SizedList[]): string {
  const head = ['LIST', 'apiserver: CPU µs for each object', 'against the middle of its kind', 'latency, ms', 'bare Express: CPU µs for each object', 'latency, ms'];
  const each = ({ cpuMicros }: Measurement, size: number) => cpuMicros / size;
  const cells = all.map(({ resource, size, ours, limit }) => {
    const costs = all.filter((one) => one.resource === resource).map((one) => each(one.ours, one.size));
    const against = each(ours, size) / ((Math.min(...costs) + Math.max(...costs)) / 2) - 1;
    return [`${size} ${resource}`, each(ours, size).toFixed(2), `${Math.round(against * 100)} %`, ours.latencyMillis, each(limit, size).toFixed(2), limit.latencyMillis];
  });
  const file = plotSizes('list', 'CPU time of a list for each of its objects', 'µs', growing.map(({ size, ours, limit }) => ({ size, ours: each(ours, size), limit: each(limit, size) })));
  return `${table(head, cells)}\nplot: ${file}`;
}
