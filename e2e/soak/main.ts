/**
 * `npm run soak`: the soak in full. `-- --cycles=1000 --seed=1 --writers=16`; with `--minutes=30` it ends by then with what
 * it has done; `--server=--watch-cache=false` is a flag for the servers.
 */
import { parseArgs } from 'node:util';
import { soak } from './soak.ts';

const { values } = parseArgs({
  options: {
    cycles: { type: 'string', default: '1000' },
    minutes: { type: 'string' },
    seed: { type: 'string', default: '1' },
    server: { type: 'string', multiple: true, default: [] },
    writers: { type: 'string', default: '16' },
  },
});
const [cycles, seed, writers] = [Number(values.cycles), Number(values.seed), Number(values.writers)];
const { violations, ...counts } = await soak({
  cycles,
  seed,
  writers,
  flags: values.server,
  ...(values.minutes !== undefined && { signal: AbortSignal.timeout(Number(values.minutes) * 60_000) }),
  onCycle: (cycle, done) => cycle % 10 === 0 && console.log(`${cycle} of ${cycles} cycles, ${done} operations`),
});
console.log(JSON.stringify({ seed, ...counts }));
for (const violation of violations.slice(0, 50)) console.log(violation);
console.log(`${violations.length} violations`);
process.exitCode = violations.length === 0 ? 0 : 1;
