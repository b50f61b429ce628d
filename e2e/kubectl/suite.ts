/** What kubectl must be able to do, whatever the store: one server, a namespace for each group of cases. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startStage } from '../stage-process.ts';
import type { StageProcess } from '../stage-process.ts';
import { applyCases } from './cases/apply.ts';
import { authCases } from './cases/auth.ts';
import { createCases } from './cases/create.ts';
import { deleteCases } from './cases/delete.ts';
import { discoveryCases } from './cases/discovery.ts';
import { editCases } from './cases/edit.ts';
import { getCases } from './cases/get.ts';
import { subresourceCases } from './cases/subresources.ts';
import { watchCases } from './cases/watch.ts';
import { workloadCases } from './cases/workloads.ts';

export function kubectlSuite(store: string, flags: () => Promise<string[]>): void {
  describe(`kubectl, on ${store},`, () => {
    let running: StageProcess | undefined;
    const server = () => {
      if (!running) throw new Error('the server has not started');
      return running;
    };

    beforeAll(async () => {
      running = await startStage('apiserver', await flags());
    });
    afterAll(async () => {
      await running?.stop();
    });

    for (const cases of [createCases, getCases, watchCases, applyCases, editCases, workloadCases, deleteCases, authCases, subresourceCases, discoveryCases]) cases(server);

    test('leaves a server that lives and has complained of nothing but wrong tokens', () => {
      expect(server().alive()).toBe(true);
      const complaints = server().stderr().split('\n').filter((line) => !line.includes(' Unable to authenticate the request: '));
      expect(complaints).toEqual(['']);
    });
  });
}
