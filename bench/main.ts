/**
 * `npm run bench`: what a request costs at the full chain of the stage `apiserver`, on the embedded store and plain
 * HTTP, beside bare Express that answers the same bytes in the same run: the limit. Then some of the filters alone.
 * `npm run bench -- watch list` runs only these parts.
 */
import { cpus } from 'node:os';
import { access } from './access.ts';
import { fairness, turn } from './fairness.ts';
import { list } from './list.ts';
import { plotBars } from './plot.ts';
import type { Report } from './report.ts';
import { requests } from './requests.ts';
import { table } from './table.ts';
import { watch } from './watch.ts';

const parts: Record<string, () => Promise<Report>> = {
  requests,
  watch,
  list,
  filters: async () => ({ rows: [turn(), ...(await access())] }),
  fairness: async () => ({ texts: [await fairness()] }),
};
const wanted = process.argv.length > 2 ? process.argv.slice(2) : Object.keys(parts);
const reports: Report[] = [];
for (const name of wanted) {
  const run = parts[name];
  if (!run) throw new Error(`${name} is none of ${Object.keys(parts).join(', ')}`);
  reports.push(await run());
}

console.log(`Node ${process.version}, ${cpus().length} × ${cpus()[0]?.model ?? 'unknown processor'}\n`);
const rows = reports.flatMap(({ rows = [] }) => rows);
if (rows.length > 0) {
  const head = ['', 'apiserver, per second', 'CPU µs each', 'bare Express, per second', 'CPU µs each', 'ratio of CPU', 'bar, CPU µs'];
  console.log(table(head, rows.map(({ what, ours, limit, bar }) => [what, ours.perSecond, ours.cpuMicros, limit.perSecond, limit.cpuMicros, ours.cpuMicros / limit.cpuMicros, bar])));
  console.log(`\nplot: ${plotBars('cpu', 'CPU time for each', 'µs', rows.map(({ what, ours, limit, bar }) => ({ what, ours: ours.cpuMicros, limit: limit.cpuMicros, bar })))}`);
}
for (const text of reports.flatMap(({ texts = [] }) => texts)) console.log(`\n${text}`);
