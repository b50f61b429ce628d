import { expect, test } from 'vitest';
import { VirtualClock } from '../virtual-clock.test-util.ts';
import { Integrator } from './integrator.ts';

test('weighs each value by the time for which it was so', async () => {
  const clock = new VirtualClock();
  const integrator = new Integrator(clock);
  await clock.advance(1000);
  integrator.set(6);
  await clock.advance(1000);
  integrator.set(3);
  expect(integrator.reset()).toEqual({ duration: 2, average: 3, deviation: 3, max: 6 });
  expect(integrator.reset()).toEqual({ duration: 0, average: 0, deviation: 0, max: 3 });
  await clock.advance(500);
  expect(integrator.reset()).toEqual({ duration: 0.5, average: 3, deviation: 0, max: 3 });
});
