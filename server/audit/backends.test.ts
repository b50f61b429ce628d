import { expect, test } from 'vitest';
import { recordingLog } from '../filters/testing.ts';
import { encodeEvent } from './encode.ts';
import { newLogBackend } from './log.ts';
import { ignoreErrors } from './modes.ts';
import { event, recordingBackend } from './testing.ts';
import { newTruncateBackend } from './truncate.ts';
import { union } from './union.ts';
import { newWebhookBackend } from './webhook.ts';

const later = (value: boolean) => () => Promise.resolve(value);

test.each([
  [[() => true, () => true], true],
  [[() => true, () => false], false],
  [[() => true, later(true)], true],
  [[later(false), () => true], false],
])('a union has processed what all of its backends have', async (answers, processed) => {
  const backends = answers.map((answer) => recordingBackend(answer));
  const all = union(backends[0]!, ...backends.slice(1));
  expect(await all.processEvents(event('a'))).toBe(processed);
  expect(backends.map(({ batches }) => batches)).toEqual([[['a']], [['a']]]);
  await all.shutdown();
  expect(backends.map(({ closed }) => closed)).toEqual([true, true]);
});

test('a union of one is that one', () => {
  const only = recordingBackend();
  expect(union(only)).toBe(only);
});

test('errors that are ignored are waited for', async () => {
  const failing = [() => false, later(false)].map((answer) => ignoreErrors(recordingBackend(answer)).processEvents(event('a')));
  expect(failing[0]).toBe(true);
  expect(failing[1]).toBeInstanceOf(Promise);
  expect(await failing[1]).toBe(true);
});

test.each([['json', `${encodeEvent(event('a'))}\n`], ['legacy', expect.stringMatching(/^ AUDIT: id="a" .*\n$/)]] as const)('the log has a line of %s for each event', (format, line) => {
  const lines: string[] = [];
  const backend = newLogBackend({ write: (line) => void lines.push(line), close: async () => undefined }, format, recordingLog());
  expect(backend.processEvents(event('a'), event('b'))).toBe(true);
  expect(lines).toEqual([line, expect.stringMatching(/"b".*\n$/)]);
});

test('an event that cannot be written is told of, and those after it are written', () => {
  const log = recordingLog();
  const lines: string[] = [];
  const write = (line: string) => {
    if (line.includes('"a"')) throw new Error('disk full');
    lines.push(line);
  };
  expect(newLogBackend({ write, close: async () => undefined }, 'json', log).processEvents(event('a'), event('b'))).toBe(false);
  expect(lines).toHaveLength(1);
  expect(log.lines).toMatchObject([{ err: new Error('disk full'), message: "Error in audit plugin 'log' affecting 1 audit events" }]);
});

const size = (more: Parameters<typeof event>[1]) => encodeEvent(event('a', more)).length + 1;
const large = { level: 'RequestResponse' as const, requestObject: `"${'r'.repeat(500)}"`, responseObject: `"${'ü'.repeat(500)}"` };
const cut = { level: large.level, annotations: { 'audit.k8s.io/truncated': 'true' } };

test('an event that is too large goes without its bodies, and says so', () => {
  const kept: string[] = [];
  const delegate = { ...recordingBackend(), processEvents: (...events: ReturnType<typeof event>[]) => kept.push(...events.map(encodeEvent)) > 0 };
  const backend = newTruncateBackend(delegate, { maxEventSize: size(cut), maxBatchSize: 10_000 }, recordingLog());
  expect(backend.processEvents(event('a', large), event('b'))).toBe(true);
  expect(kept).toEqual([encodeEvent(event('a', cut)), encodeEvent(event('b'))]);
});

test('sizes are those of the bytes', () => {
  const delegate = recordingBackend();
  const bytes = new TextEncoder().encode(encodeEvent(event('a', large))).length + 1;
  const log = recordingLog();
  expect(newTruncateBackend(delegate, { maxEventSize: bytes, maxBatchSize: bytes }, log).processEvents(event('a', large))).toBe(true);
  expect(bytes).toBeGreaterThan(size(large));
  expect([delegate.batches, log.lines]).toEqual([[['a']], []]);
});

test('an event that is too large even so is lost, and said to be; a batch that is, is split', () => {
  const delegate = recordingBackend();
  const log = recordingLog();
  const one = size({});
  const backend = newTruncateBackend(delegate, { maxEventSize: one, maxBatchSize: 2 * one + 1 }, log);
  expect(backend.processEvents(event('a'), event('too-long'), event('b'), event('c'), event('d'), event('e', large))).toBe(true);
  expect(delegate.batches).toEqual([['a', 'b'], ['c', 'd']]);
  expect(log.lines).toMatchObject([{ err: new Error('event is too large even after truncating'), message: "Error in audit plugin 'truncate' affecting 2 audit events" }]);
});

const ok = { status: 200, contentType: 'text/html', body: '<garbage>' };

test('a webhook is sent a list, and again until it takes it', async () => {
  const log = recordingLog();
  const bodies: string[] = [];
  const answers = [{ ...ok, status: 500 }, new Error('connection refused'), { ...ok, status: 404 }, { ...ok, status: 308 }, ok];
  const backend = newWebhookBackend(async (body) => {
    bodies.push(body);
    const answer = answers[bodies.length - 1] ?? ok;
    if (answer instanceof Error) throw answer;
    return answer;
  }, { initialBackoff: 1, log });
  expect(await backend.processEvents(event('a'), event('b'))).toBe(true);
  expect(bodies).toHaveLength(5);
  expect(new Set(bodies).size).toBe(1);
  expect(JSON.parse(bodies[0] ?? '')).toMatchObject({ kind: 'EventList', apiVersion: 'audit.k8s.io/v1', items: [{ auditID: 'a' }, { auditID: 'b' }] });
  expect(log.lines).toEqual([]);
});

test('a webhook that never takes it is told of, with the events', async () => {
  const log = recordingLog();
  const backend = newWebhookBackend(async () => ({ status: 503, contentType: '', body: 'no' }), { initialBackoff: 1, log });
  const processing = backend.processEvents(event('a'), event('b'));
  await backend.shutdown();
  expect(log.lines).toMatchObject([{ err: { message: 'the server is currently unable to handle the request' }, message: "Error in audit plugin 'webhook' affecting 2 audit events", values: { events: [expect.stringContaining('id="a"'), expect.stringContaining('id="b"')] } }]);
  expect(await processing).toBe(false);
});
