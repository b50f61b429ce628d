/**
 * What the process takes of the machine, looked up when it is asked for.
 *
 * Upstream: github.com/prometheus/client_golang/prometheus/process_collector.go. Where there is no `/proc`, what comes from
 * it is left out.
 */
import { readFile, readdir } from 'node:fs/promises';
import type { KubeRegistry } from '../observe/metrics/registry.ts';

/** As Go tells of no limit. */
const UNLIMITED = 2 ** 64;

const first = (file: string, pattern: RegExp) => async () => limitOf(pattern.exec(await readFile(file, 'utf8'))?.[1]);
const limitOf = (text: string | undefined) => (text === 'unlimited' ? UNLIMITED : Number(text));

/** Of the line that follows its own head. */
async function network(name: string): Promise<number> {
  const [names, values] = [...(await readFile('/proc/self/net/netstat', 'utf8')).matchAll(/^IpExt: (.*)$/gm)].map(([, line = '']) => line.split(' '));
  return Number(values?.[names?.indexOf(name) ?? -1]);
}

const metrics: [name: string, help: string, type: 'counter' | 'gauge', read: () => number | Promise<number>][] = [
  ['cpu_seconds_total', 'Seconds of CPU, for itself and in the system.', 'counter', () => (process.cpuUsage().user + process.cpuUsage().system) / 1e6],
  ['max_fds', 'Files that may be open.', 'gauge', first('/proc/self/limits', /^Max open files +(\S+)/m)],
  ['network_receive_bytes_total', 'Bytes that came over the network.', 'counter', () => network('InOctets')],
  ['network_transmit_bytes_total', 'Bytes that went over the network.', 'counter', () => network('OutOctets')],
  ['open_fds', 'Files that are open.', 'gauge', async () => (await readdir('/proc/self/fd')).length],
  ['resident_memory_bytes', 'Bytes in memory.', 'gauge', () => process.memoryUsage.rss()],
  ['start_time_seconds', 'When the process began, in seconds since the epoch.', 'gauge', () => performance.timeOrigin / 1000],
  ['virtual_memory_bytes', 'Bytes of addresses.', 'gauge', first('/proc/self/stat', /\) \S(?: \S+){19} (\d+)/)],
  ['virtual_memory_max_bytes', 'Bytes of addresses that there may be.', 'gauge', first('/proc/self/limits', /^Max address space +(\S+)/m)],
];

export function registerProcessMetrics(registry: KubeRegistry): void {
  for (const [name, help, type, read] of metrics) registry.valueFunc({ name: `process_${name}`, help }, type, read);
}
