import type { Tracer } from '@opentelemetry/api';
import { expect, test } from 'vitest';
import { newEmbeddedEtcd } from '../../storage/etcd/embedded/embedded.ts';
import type { LabMessage } from './messages.ts';
import { runStage } from './running-stage.ts';

/** A stage that hands out the tracer that it was given. */
function run() {
  const etcd = newEmbeddedEtcd();
  const given: Tracer[] = [];
  let closed = false;
  const stage = runStage(
    {
      name: 'test',
      adds: 'nothing',
      build({ tracer }) {
        given.push(tracer);
        return { handler: () => undefined, ready: Promise.resolve(), close: async () => void (closed = true) };
      },
    },
    { etcd, etcdPrefix: '/registry' },
  );
  const request = (name: string) => given[0]?.startSpan(name).end();
  return { stage, etcd, request, closed: () => closed };
}

test('each subscriber is told what is stored and the spans from then on, until it leaves', async () => {
  const { stage, request } = run();
  const messages: LabMessage[][] = [[], []];
  const tell = (i: number) => (message: LabMessage) => messages[i]?.push(message);
  const names = (i: number) => messages[i]?.flatMap((m) => (m.type === 'span' && m.span.end !== undefined ? [m.span.name] : []));
  request('before');
  const leave = stage.subscribe(tell(0));
  request('first');
  stage.subscribe(tell(1));
  request('second');
  leave();
  leave();
  request('third');
  expect([names(0), names(1)]).toEqual([['first', 'second'], ['second', 'third']]);
  await expect.poll(() => messages[1]?.filter((m) => m.type === 'store')).toEqual([expect.objectContaining({ stage: 'test', reset: true, events: [] })]);
  await stage.close();
});

test('a closed stage has no subscribers left', async () => {
  const { stage, request, closed } = run();
  const messages: LabMessage[] = [];
  stage.subscribe((message) => messages.push(message));
  await stage.close();
  request('late');
  expect(messages.filter(({ type }) => type === 'span')).toEqual([]);
  expect(closed()).toBe(true);
});
