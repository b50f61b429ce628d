import { expect, test } from 'vitest';
import { KubeRegistry } from '../observe/metrics/registry.ts';
import { familiesToText } from '../observe/metrics/text-format.ts';
import { registerProcessMetrics } from './process-metrics.ts';

test('the process tells what it takes of the machine', async () => {
  const registry = new KubeRegistry();
  registerProcessMetrics(registry);
  const text = familiesToText(await registry.gather());
  const of = (name: string) => Number(new RegExp(`^process_${name} (.*)$`, 'm').exec(text)?.[1]);
  expect(of('start_time_seconds')).toBeCloseTo(performance.timeOrigin / 1000, 0);
  expect(of('cpu_seconds_total')).toBeGreaterThan(0);
  for (const name of ['max_fds', 'open_fds', 'resident_memory_bytes', 'virtual_memory_bytes', 'virtual_memory_max_bytes']) expect.soft(of(name), name).toBeGreaterThan(2);
  expect(of('virtual_memory_bytes')).toBeGreaterThan(of('resident_memory_bytes'));
  expect(text).toMatch(/^# HELP process_open_fds [^[]/m);
});
