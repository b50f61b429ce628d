/**
 * Ten thousand watchers of one object: what an event costs for each, and what a watcher holds while nothing happens;
 * beside bare Express, which keeps the same connections open and writes the same bytes to each.
 */
import { fanOut, openWatchers } from './fan-out.ts';
import type { Protocol, Watching } from './fan-out.ts';
import type { Measurement, Row } from './load.ts';
import { startMeasured } from './measured-server.ts';
import type { MeasuredServer } from './measured-server.ts';
import type { Memory } from './messages.ts';
import { configMap } from './objects.ts';
import { plotBars } from './plot.ts';
import type { Report } from './report.ts';
import { send } from './send.ts';
import { table } from './table.ts';

const configMaps = '/api/v1/namespaces/default/configmaps';
const one = `${configMaps}/one`;
const protocols: Protocol[] = ['HTTP/1.1', 'HTTP/2'];
const few = 1000;
const many = 10_000;
/** Microseconds of processor time that one event may take for each watcher. */
const bar = 20;
/** Bytes that an idle watcher may hold. */
const memoryBar = 12 * 1024;

/** Bytes of each watcher. */
interface WatcherMemory {
  protocol: Protocol;
  ours: Memory;
  limit: Memory;
}

export async function watch(): Promise<Report> {
  const ours = await startMeasured();
  await send(ours, 'POST', configMaps, configMap('one'));
  // the answer itself is none of the watchers' business
  const update = async (round: number) => void (await send(ours, 'PUT', one, configMap('one', String(round)), 'application/vnd.kubernetes.protobuf'));
  const event = `${JSON.stringify({ type: 'MODIFIED', object: JSON.parse(await send(ours, 'GET', one)) as unknown })}\n`;
  const limit = await startMeasured({ get: {}, list: '', create: {}, event });
  const rows: Row[] = [];
  const memory: WatcherMemory[] = [];
  for (const protocol of protocols) {
    for (const watchers of [few, many]) {
      const watching: Watching = { path: `${configMaps}?watch=true&fieldSelector=metadata.name%3Done`, protocol, watchers, marker: '"MODIFIED"' };
      const a = await measure(ours, watching, update);
      const b = await measure(limit, watching, () => limit.event());
      rows.push({ what: `watch: 1 event to ${watchers} watchers, ${protocol}`, ours: a.event, limit: b.event, ...(watchers === many && { bar }) });
      // the few were for all else to be there
      if (watchers === many) memory.push({ protocol, ours: a.memory, limit: b.memory });
    }
  }
  const serializations = await countSerializations(ours, update);
  await Promise.all([ours.stop(), limit.stop()]);
  const text = `An event to ${many} watchers is made into JSON ${serializations} time(s).`;
  return { rows, texts: [text, showMemory(memory)] };
}

async function measure(server: MeasuredServer, watching: Watching, cause: (round: number) => Promise<void>): Promise<{ event: Measurement; memory: Memory }> {
  const before = await server.memory();
  const watchers = await openWatchers(server, watching);
  const event = await fanOut(server, watchers, cause);
  const after = await server.memory();
  watchers.close();
  const each = (of: keyof Memory) => (after[of] - before[of]) / watching.watchers;
  return { event, memory: { heap: each('heap'), external: each('external'), rss: each('rss') } };
}

/** Of one event to all watchers. */
async function countSerializations(server: MeasuredServer, cause: (round: number) => Promise<void>): Promise<number> {
  const watchers = await openWatchers(server, { path: `${configMaps}?watch=true`, protocol: 'HTTP/1.1', watchers: many, marker: '"MODIFIED"' });
  const mark = 8_675_309;
  await server.serializations(String(mark));
  const expected = watchers.seen() + many;
  await cause(mark);
  while (watchers.seen() < expected) await new Promise(setImmediate);
  const count = await server.serializations(String(mark));
  watchers.close();
  return count;
}

function showMemory(measured: WatcherMemory[]): string {
  const KiB = (bytes: number) => bytes / 1024;
  const inUse = ({ heap, external }: Memory) => KiB(heap + external);
  const head = ['KiB that an idle watcher holds', 'apiserver: heap', 'external', 'both', 'resident', 'bare Express: both', 'resident', 'apiserver less bare Express: both', 'resident', 'bar'];
  const cells = measured.map(({ protocol, ours, limit }) => [
    protocol, KiB(ours.heap), KiB(ours.external), inUse(ours), KiB(ours.rss), inUse(limit), KiB(limit.rss), inUse(ours) - inUse(limit), KiB(ours.rss - limit.rss), KiB(memoryBar),
  ]);
  const file = plotBars('memory', 'Heap and external memory of an idle watcher', 'KiB', measured.map(({ protocol, ours, limit }) => ({ what: protocol, ours: inUse(ours), limit: inUse(limit), bar: KiB(memoryBar) })));
  return `${table(head, cells)}\nplot: ${file}`;
}
