import { expect, test } from 'vitest';
import { newBackgroundContext } from '../../http/background.ts';
import type { WebhookAnswer } from '../../http/webhook.ts';
import { defaultServerConfig } from '../../stages/default-config.ts';
import type { Attributes } from '../interfaces.ts';
import type { WebhookOptions } from './webhook.ts';
import { newWebhookAuthorizer } from './webhook.ts';

const ctx = newBackgroundContext(defaultServerConfig().tracer, 'get', '');
const alice = { name: 'alice', uid: '7', groups: ['dev'], extra: { scope: ['b'], area: ['a'] } };
const list: Attributes = {
  user: alice, verb: 'list', isResourceRequest: true, path: '/x', namespace: 'ns', apiGroup: '', apiVersion: 'v1', resource: 'pods', subresource: '', name: '',
  fieldSelector: [{ field: 'spec.nodeName', operator: '!=', value: 'one' }],
  labelSelector: [{ key: 'a', operator: 'in', values: ['x', 'y'] }, { key: 'b', operator: 'exists', values: [] }, { key: 'c', operator: 'gt', values: ['1'] }],
};
const path: Attributes = { ...list, user: { name: 'bob', groups: [] }, isResourceRequest: false, path: '/version', verb: 'get' };
const review = (status: object): WebhookAnswer => ({ status: 200, contentType: 'application/json', body: JSON.stringify({ apiVersion: 'authorization.k8s.io/v1', kind: 'SubjectAccessReview', status }) });

function setUp(answers: (WebhookAnswer | Error)[], options: Partial<WebhookOptions> = {}) {
  const asked: string[] = [];
  const clock = { time: 0, now: () => clock.time };
  const authorizer = newWebhookAuthorizer({
    version: 'v1', timeout: 1000, authorizedTTL: 300_000, unauthorizedTTL: 30_000, decisionOnError: 'noOpinion', clock, backoff: { steps: 5, duration: 1, factor: 1, jitter: 0 },
    async post(body) {
      asked.push(body);
      const answer = answers[Math.min(asked.length, answers.length) - 1]!;
      if (answer instanceof Error) throw answer;
      return answer;
    },
    ...options,
  });
  return { asked, clock, authorizer, ask: async (attributes: Attributes) => authorizer.authorize(ctx, attributes) };
}

const resource = '"resourceAttributes":{"namespace":"ns","verb":"list","version":"v1","resource":"pods","fieldSelector":{"requirements":[{"key":"spec.nodeName","operator":"NotIn","values":["one"]}]},"labelSelector":{"requirements":[{"key":"a","operator":"In","values":["x","y"]},{"key":"b","operator":"Exists"}]}}';
const who = (groups: string) => `"user":"alice","${groups}":["dev"],"extra":{"area":["a"],"scope":["b"]},"uid":"7"`;
test.each<['v1' | 'v1beta1', Attributes, string]>([
  ['v1', list, `${resource},${who('groups')}`],
  ['v1beta1', list, `${resource},${who('group')}`],
  ['v1', path, '"nonResourceAttributes":{"path":"/version","verb":"get"},"user":"bob"'],
])('asks by a SubjectAccessReview of %s', async (version, attributes, spec) => {
  const { asked, ask } = setUp([new Error('no')], { version });
  await ask(attributes).catch(() => undefined);
  expect(asked).toEqual([`{"kind":"SubjectAccessReview","apiVersion":"authorization.k8s.io/${version}","metadata":{},"spec":{${spec}},"status":{"allowed":false}}\n`]);
});

test.each([
  [{ allowed: true, reason: 'a friend' }, { decision: 'allow', reason: 'a friend' }],
  [{ allowed: false, reason: 'who?' }, { decision: 'noOpinion', reason: 'who?' }],
  [{ denied: true }, { decision: 'deny', reason: '' }],
  [{ allowed: false, evaluationError: 'is not looked at' }, { decision: 'noOpinion', reason: '' }],
])('takes %j for an answer', async (status, result) => {
  expect(await setUp([review(status)]).ask(list)).toEqual(result);
});

test('remembers permissions and refusals, each for its time', async () => {
  const { ask, asked, clock } = setUp([review({ allowed: true }), review({ allowed: false })]);
  for (const time of [0, 300_000, 300_001, 330_001, 330_002]) {
    clock.time = time;
    await ask(list);
  }
  expect(asked).toHaveLength(3);
});

test('remembers nothing where no time is given, and no giants', async () => {
  const forgetful = setUp([review({ allowed: true })], { authorizedTTL: 0 });
  const giant = setUp([review({ allowed: true })]);
  for (let i = 0; i < 2; i++) {
    await forgetful.ask(list);
    await giant.ask({ ...path, path: 'x'.repeat(10_000) });
  }
  expect([forgetful.asked.length, giant.asked.length]).toEqual([2, 2]);
});

test('does not take one user for another', async () => {
  const { ask } = setUp([review({ allowed: true }), review({ allowed: false })]);
  expect(await ask(path)).toMatchObject({ decision: 'allow' });
  expect(await ask({ ...path, user: { name: 'eve', groups: [] } })).toMatchObject({ decision: 'noOpinion' });
});

const busy: WebhookAnswer = { status: 500, contentType: 'text/plain', body: 'oh' };
test.each<[string, WebhookAnswer | Error, number, string]>([
  ['fails', busy, 5, 'an error on the server ("oh") has prevented the request from succeeding'],
  ['cannot be reached', new Error('Post "https://w": EOF'), 1, 'Post "https://w": EOF'],
  ['says yes in words', review({ allowed: 'yes' }), 1, 'json: cannot unmarshal string into Go struct field SubjectAccessReviewStatus.status.allowed of type bool'],
])('a webhook that %s decides by its failure policy', async (_what, answer, calls, message) => {
  for (const decisionOnError of ['deny', 'noOpinion'] as const) {
    const { ask, asked } = setUp([answer], { decisionOnError });
    await expect(ask(list)).rejects.toMatchObject({ name: 'AuthorizationError', message, result: { decision: decisionOnError, reason: '' } });
    expect(asked).toHaveLength(calls);
  }
});

test('allowed and denied at once is denied', async () => {
  await expect(setUp([review({ allowed: true, denied: true, reason: 'x' })]).ask(list)).rejects.toMatchObject({
    message: 'webhook subject access review returned both allow and deny response', result: { decision: 'deny', reason: 'x' },
  });
});

test('is believed once it has recovered', async () => {
  const { ask, asked } = setUp([busy, review({ allowed: true })]);
  expect(await ask(list)).toMatchObject({ decision: 'allow' });
  expect(asked).toHaveLength(2);
});

test('is asked only about what its conditions match', async () => {
  const { ask, asked } = setUp([review({ allowed: true })], { matches: ({ isResourceRequest }) => isResourceRequest });
  expect([await ask(list), await ask(path)]).toMatchObject([{ decision: 'allow' }, { decision: 'noOpinion', reason: '' }]);
  expect(asked).toHaveLength(1);
});

test.each(['deny', 'noOpinion'] as const)('conditions that fail decide by the failure policy: %s', async (decisionOnError) => {
  const { ask, asked } = setUp([review({ allowed: true })], { decisionOnError, matches: () => { throw new Error('cel evaluation error: no such key'); } });
  await expect(ask(list)).rejects.toMatchObject({ name: 'AuthorizationError', message: 'cel evaluation error: no such key', result: { decision: decisionOnError } });
  expect(asked).toEqual([]);
});

test('does not list what a user may do', () => {
  expect(setUp([]).authorizer.rulesFor(alice, 'ns')).toEqual({ resourceRules: [], nonResourceRules: [], incomplete: true, evaluationError: 'webhook authorizer does not support user rule resolution' });
});
