import { createServer } from 'node:http';
import { expect, test } from 'vitest';
import type { FlowControl } from '../flowcontrol/flow-control.ts';
import { longRunningFunc } from './long-running.ts';
import { asUser, resolver, testServer } from './testing.ts';
import { withPriorityAndFairness } from './with-priority-and-fairness.ts';
import { withRequestInfo } from './with-request-info.ts';

const serve = testServer(createServer);
const classify: FlowControl['classify'] = (info, user) => ({ flowSchemaUID: `flow-${user.name}`, priorityLevelUID: `level-${info.verb}` });

test.each<[string, FlowControl['classify'], string | null, string | null]>([
  ['/api/v1/pods', classify, 'flow-u', 'level-list'],
  ['/api/v1/pods?watch=1', classify, 'flow-u', 'level-watch'],
  ['/version', classify, 'flow-u', 'level-get'],
  ['/api/v1/namespaces/n/pods/p/exec', classify, null, null],
  ['/api/v1/pods', () => undefined, null, null],
])('tells of %s which flow it belongs to', (path, classify, flow, level) =>
  serve({ filters: [withRequestInfo(resolver), asUser({ name: 'u', groups: [] }), withPriorityAndFairness({ classify }, longRunningFunc)] }, async (send) => {
    const { headers, text } = await send(path);
    expect([text, headers.get('X-Kubernetes-PF-FlowSchema-UID'), headers.get('X-Kubernetes-PF-PriorityLevel-UID')]).toEqual(['handled', flow, level]);
  }));
