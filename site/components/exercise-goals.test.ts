import { expect, test } from 'vitest';
import type { LabSpan, LabStoreEvent } from '../../server/observe/lab/messages.ts';
import type { Exchange } from './exchange.ts';
import { meets, wording } from './exercise-goals.ts';
import type { Goals } from './exercise-goals.ts';

const span = (name: string): LabSpan => ({ traceId: 't', spanId: name, name, start: 0, end: 1, attributes: {}, events: [] });
const key = (key: string, modRevision: number): LabStoreEvent => ({ type: 'put', key, createRevision: 1, modRevision, version: 1, value: '' });

const made = (status: number, ...spans: string[]): Exchange => ({
  stage: 'watch', request: { method: 'GET', path: '/', headers: {} }, traceId: 't', status, headers: [], body: '', arrivals: [], end: 'done', spans: spans.map(span),
});

test.each<{ what: string; goals: Goals; solved: boolean }>([
  { what: 'the step that is asked for', goals: { span: 'cacher.GetList' }, solved: true },
  { what: 'not the step that is asked for', goals: { span: 'List etcd3' }, solved: false },
  { what: 'not the step that is not wanted', goals: { without: 'List etcd3' }, solved: true },
  { what: 'the step that is not wanted', goals: { without: 'cacher.GetList' }, solved: false },
  { what: 'the status', goals: { status: 200 }, solved: true },
  { what: 'another status', goals: { status: 201 }, solved: false },
  { what: 'the words that are asked for', goals: { answer: 'to Group "all"' }, solved: true },
  { what: 'other words', goals: { answer: 'to Group "some"' }, solved: false },
  { what: 'a key written since the beginning', goals: { key: '/pods/' }, solved: true },
  { what: 'a key that was there', goals: { key: '/nodes/' }, solved: false },
  { what: 'one of two goals', goals: { status: 200, without: 'List' }, solved: false },
])('an exchange with $what: $solved', ({ goals, solved }) => {
  const exchange = { ...made(200, 'List', 'cacher.GetList'), body: '{"reason":"to Group \\"all\\""}', baseline: 5, stored: [key('/registry/pods/a', 6), key('/registry/nodes/b', 5)] };
  expect(meets(exchange, goals)).toBe(solved);
});

test('an answer of which no trace is known has not done without a step', () => {
  expect(meets(made(200), { without: 'List' })).toBe(false);
});

test('goals are said in one line', () => {
  expect(wording({ status: 200, without: 'List etcd3' })).toBe('an answer with status 200 and a trace without the step “List etcd3”');
  expect(wording({})).toBe('');
});
