import { expect, test } from 'vitest';
import type { RequestContext } from '../http/context.ts';
import type { WebhookAnswer } from '../http/webhook.ts';
import { newWebhookTokenAuthenticator } from './webhook.ts';

const backoff = { steps: 5, duration: 1, factor: 1, jitter: 0 };
const apiAudiences = ['api', 'other'];
const json = (value: object, status = 200): WebhookAnswer => ({ status, contentType: 'application/json', body: JSON.stringify(value) });
const review = (status: object) => json({ apiVersion: 'authentication.k8s.io/v1', kind: 'TokenReview', status });
const bob = { authenticated: true, user: { username: 'bob' } };

function setUp(...answers: (WebhookAnswer | Error | 'nothing')[]) {
  const asked: string[] = [];
  const logged: string[] = [];
  const webhook = newWebhookTokenAuthenticator({
    version: 'v1',
    apiAudiences,
    backoff,
    timeout: answers.includes('nothing') ? 20 : 30_000,
    log: { info: () => undefined, error: (err, message) => logged.push(`${message}: ${err instanceof Error ? err.message : String(err)}`) },
    async post(body, signal) {
      asked.push(body);
      const answer = answers[Math.min(asked.length, answers.length) - 1]!;
      if (answer === 'nothing') return new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('context deadline exceeded'))));
      if (answer instanceof Error) throw answer;
      return answer;
    },
  });
  return { asked, logged, ask: async (audiences?: string[]) => webhook.authenticateToken({} as RequestContext, 'secret', audiences) };
}

test('asks by a TokenReview', async () => {
  const { asked, ask } = setUp(review(bob));
  await ask(['mine']);
  expect(JSON.parse(asked[0]!)).toEqual({ kind: 'TokenReview', apiVersion: 'authentication.k8s.io/v1', metadata: {}, spec: { token: 'secret', audiences: ['mine'] }, status: { user: {} } });
});

test.each<[string, WebhookAnswer, object]>([
  ['no more than a name', review(bob), { name: 'bob', groups: [] }],
  ['all there is', review({ ...bob, user: { username: 'bob', uid: 'u', groups: ['a', 'b'], extra: { k: ['v'], n: null } } }), { name: 'bob', uid: 'u', groups: ['a', 'b'], extra: { k: ['v'], n: [] } }],
  ['nulls', review({ ...bob, error: null, audiences: null, user: { username: 'bob', uid: null, groups: null, extra: null } }), { name: 'bob', groups: [] }],
  ['no kind', json({ status: bob }), { name: 'bob', groups: [] }],
  ['fields that nobody knows', review({ ...bob, mood: 'good' }), { name: 'bob', groups: [] }],
])('takes from the answer %s', async (_what, answer, user) => {
  const { ask, logged } = setUp(answer);
  expect(await ask()).toEqual({ user, audiences: apiAudiences });
  expect(logged).toEqual([]);
});

test.each<[string, string[] | undefined, string[] | undefined, string[] | undefined]>([
  ['without any, for the server', undefined, undefined, ['api', 'other']],
  ['without any, not for others', undefined, ['vault'], undefined],
  ['for those that it names', ['vault', 'bank'], ['bank', 'vault', 'x'], ['bank', 'vault']],
  ['for one of the server', ['other'], undefined, ['other']],
  ['for others, not for the server', ['vault'], undefined, undefined],
])('an answer counts %s', async (_what, audiences, wanted, expected) => {
  expect((await setUp(review({ ...bob, ...(audiences && { audiences }) })).ask(wanted))?.audiences).toEqual(expected);
});

test.each([{}, { authenticated: false }, { user: { username: 'bob' } }, { authenticated: null, user: { username: 'bob' } }])('knows nobody by %j', async (status) => {
  expect(await setUp(review(status)).ask()).toBeUndefined();
});

test('an error that the webhook tells of is not its failure', async () => {
  const { ask, logged } = setUp(review({ authenticated: false, error: 'the token is stale' }));
  await expect(ask()).rejects.toThrow(/^the token is stale$/);
  expect(logged).toEqual([]);
});

const text = (status: number, body: string, contentType = 'text/plain') => ({ status, contentType, body });
test.each<[string, WebhookAnswer | Error | 'nothing', number, RegExp]>([
  ['that says nothing at all', 'nothing', 1, /^context deadline exceeded$/],
  ['that cannot be reached', Object.assign(new Error('Post "https://w": connect ECONNREFUSED'), { code: 'ECONNREFUSED' }), 1, /ECONNREFUSED/],
  ['that breaks off', Object.assign(new Error('Post "https://w": socket hang up'), { code: 'ECONNRESET' }), 5, /socket hang up/],
  ['that is elsewhere', text(302, ''), 1, /^the server responded with the status code 302 but did not return more information$/],
  ['that is not there', text(404, 'where?'), 1, /^the server could not find the requested resource$/],
  ['that does not know us', text(401, ''), 1, /^the server has asked for the client to provide credentials$/],
  ['that forbids', text(403, ' go away\n'), 1, /^go away$/],
  ['that fails', text(500, 'oh'), 5, /^an error on the server \("oh"\) has prevented the request from succeeding$/],
  ['that fails in numbers', { status: 500, contentType: 'application/octet-stream', body: '\0' }, 5, /^an error on the server \("unknown"\) has/],
  ['that is busy', text(429, ''), 5, /^the server has received too many requests/],
  ['that is late', text(504, ''), 5, /^the server was unable to return a response in the time allotted/],
  ['that is closed', text(503, ''), 1, /^the server is currently unable to handle the request$/],
  ['behind a bad gateway', text(502, 'x'), 5, /^an error on the server \("x"\)/],
  ['that refuses by a Status', json({ kind: 'Status', apiVersion: 'v1', status: 'Failure', message: 'no such thing', reason: 'NotFound', code: 404 }, 404), 1, /^no such thing$/],
  ['that refuses by a Status, with 200', json({ kind: 'Status', apiVersion: 'v1', status: 'Failure', message: 'no' }), 1, /^converting \(v1\.Status\) to \(v1\.TokenReview\): unknown conversion$/],
  ['that says nothing', text(200, ''), 1, /^0-length response with status code: 200 and content type: text\/plain$/],
  ['that answers a page', text(200, '<html>', 'text/html'), 1, /json parse error/],
  ['that answers a list', text(200, '[]'), 1, /json parse error/],
  ['that answers another kind', json({ apiVersion: 'v1', kind: 'Pod', status: bob }), 1, /^converting \(v1\.Pod\) to \(v1\.TokenReview\): unknown conversion$/],
  ['that answers another version', json({ apiVersion: 'authentication.k8s.io/v1beta1', kind: 'TokenReview', status: bob }), 1, /^converting \(v1beta1\.TokenReview\) to \(v1\.TokenReview\): unknown conversion$/],
  ['that says yes in words', review({ authenticated: 'yes', user: { username: 'bob' } }), 1, /^json: cannot unmarshal string into Go struct field TokenReviewStatus\.status\.authenticated of type bool$/],
  ['that names one group as a text', review({ ...bob, user: { username: 'bob', groups: 'system:masters' } }), 1, /^json: cannot unmarshal string into Go struct field UserInfo\.status\.user\.groups of type \[\]string$/],
  ['that says more in another form', review({ ...bob, user: { username: 'bob', extra: { k: 'v' } } }), 1, /^json: cannot unmarshal string into Go struct field UserInfo\.status\.user\.extra of type v1\.ExtraValue$/],
])('nobody is known by a webhook %s', async (_what, answer, calls, message) => {
  const { ask, asked, logged } = setUp(answer);
  await expect(ask()).rejects.toThrow(message);
  expect(asked).toHaveLength(calls);
  expect(logged).toEqual([expect.stringMatching(/^Failed to make webhook authenticator request: /)]);
  expect(logged.join()).not.toContain('secret');
});

test('a webhook that gets over its failure is believed', async () => {
  const { ask, asked } = setUp(text(500, ''), text(429, ''), review(bob));
  expect((await ask())?.user.name).toBe('bob');
  expect(asked).toHaveLength(3);
});

test('requests that come at once share a call', async () => {
  const { ask, asked } = setUp(review(bob));
  expect((await Promise.all([ask(), ask(), ask(['vault'])])).map((each) => each?.user.name)).toEqual(['bob', 'bob', undefined]);
  expect(asked).toHaveLength(2);
  await ask();
  expect(asked).toHaveLength(3);
});
