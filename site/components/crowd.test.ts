import { expect, test } from 'vitest';
import { listenLab } from '../../server/node/lab.ts';
import { runStage } from '../../server/observe/lab/running-stage.ts';
import { defaultServerConfig } from '../../server/stages/default-config.ts';
import { fairness } from '../../server/stages/fairness.ts';
import { newLocalHost } from '../runtime/local-host.ts';
import { PAGE_USERS, pageConfig } from '../runtime/page-users.ts';
import { Crowd, rows } from './crowd.ts';
import type { CrowdState } from './crowd.ts';
import { toHtml } from './view/h.ts';
import { crowdView } from './view/crowd.ts';

test('of two clients the noisy one waits in its own queues and is refused, the quiet one is answered', { timeout: 60_000 }, async () => {
  const stage = runStage(fairness, defaultServerConfig(pageConfig()));
  const lab = await listenLab({ port: 0, stages: [stage], users: PAGE_USERS, anyOrigin: true });
  const host = newLocalHost(lab.url, { server: 'journey-of-an-api-request', stages: [], users: PAGE_USERS });
  try {
    let seen: CrowdState | undefined;
    const crowd = new Crowd(host, { stage: 'fairness', level: 'global-default' }, (state) => {
      seen = structuredClone(state);
      if (state.quiet.answered >= 3 && state.noisy.refused > 0) crowd.stop();
    });
    // more than its six queues hold
    await crowd.run(340);
    const level = seen?.levels.find(({ name }) => name === 'global-default');
    expect(level?.executing).toBeGreaterThan(0);
    expect(level?.rejected).toBeGreaterThan(0);
    expect(seen?.quiet.refused).toBe(0);
    expect(seen?.queues.filter(({ waiting }) => waiting > 1)).toHaveLength(6);
    expect(toHtml(crowdView(seen!, 'global-default'))).toContain('340 connections');
  } finally {
    host.close();
    await lab.close();
    await stage.close();
  }
});

test('a dump is read by the names of its columns', () => {
  expect(rows('PriorityLevelName, Index, PendingRequests\nexempt,            0,     \nsystem,            1,     7\n')).toEqual([
    { PriorityLevelName: 'exempt', Index: '0', PendingRequests: '' },
    { PriorityLevelName: 'system', Index: '1', PendingRequests: '7' },
  ]);
});
