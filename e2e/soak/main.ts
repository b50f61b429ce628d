/** `npm run soak [-- --cycles=1000 --seed=1]`: the soak in full. */
import { parseArgs } from 'node:util';
import { soak } from './soak.ts';

const { values } = parseArgs({ options: { cycles: { type: 'string', default: '1000' }, seed: { type: 'string', default: '1' }, writers: { type: 'string', default: '16' } } });
const [cycles, seed, writers] = [Number(values.cycles), Number(values.seed), Number(values.writers)];
const { violations, ...counts } = await soak({
  cycles,
  seed,
  writers,
  onCycle: (cycle, done) => cycle % 10 === 0 && console.log(`${cycle} of ${cycles} cycles, ${done} operations`),
});
console.log(JSON.stringify({ cycles, seed, ...counts }));
for (const violation of violations.slice(0, 50)) console.log(violation);
console.log(`${violations.length} violations`);
process.exitCode = violations.length === 0 ? 0 : 1;
