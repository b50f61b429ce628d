import { expect, test } from 'vitest';
import { loadStage, loadStages, stageNames } from './index.ts';

test('each stage has its own name, and follows the one before it', async () => {
  const stages = await loadStages();
  expect(stages.map(({ name }) => name)).toEqual(stageNames);
  expect(stages.map(({ after }) => after)).toEqual([undefined, ...stageNames.slice(0, -1)]);
});

test.each(['none', '', 'toString'])('there is no stage %j', async (name) => {
  await expect(loadStage(name)).rejects.toThrow(`there is no stage "${name}"`);
});
