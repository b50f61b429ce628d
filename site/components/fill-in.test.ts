import { expect, test } from 'vitest';
import { filledIn } from './fill-in.ts';

const answers: Record<string, string> = { token: '{"status":{"token":"abc","n":1}}', text: 'no JSON' };
const answerOf = (id: string) => answers[id];
const request = (text: string) => ({ method: 'POST', path: `/x?${text}`, headers: { Authorization: `Bearer ${text}` }, body: `{"spec":"${text}"}`, user: 'admin' });

test('a reference stands for a field of an earlier answer, in path, headers and body', async () => {
  expect(await filledIn(request('$(token.status.token)'), answerOf)).toEqual(request('abc'));
});

test.each(['$TOKEN', '$(token)', '$()', '${token.status}'])('%s is no reference', async (text) => {
  expect(await filledIn(request(text), answerOf)).toEqual(request(text));
});

test.each([
  ['$(robot.status.token)', 'this request needs the answer of “robot”: send that first'],
  ['$(token.status.secret)', 'the answer of “token” has no status.secret'],
  ['$(token.status.n)', 'the answer of “token” has no status.n'],
  ['$(token.spec.deep.token)', 'the answer of “token” has no spec.deep.token'],
  ['$(text.status.token)', 'the answer of “text” has no status.token'],
])('%s leads nowhere, and that is said', async (text, message) => {
  await expect(filledIn(request(text), answerOf)).rejects.toThrow(message);
});
