import { expect, test } from 'vitest';
import { Cancellation } from '../http/cancellation.ts';
import { RequestContext } from '../http/context.ts';
import { newLabTracing } from '../observe/lab/span-recorder.ts';
import { snapshotObject } from './snapshot-object.ts';

test.each([
  [{ kind: 'Secret', data: { password: 'aHVudGVyMg==' }, type: 'Opaque' }, { kind: 'Secret', data: '(not shown)', type: 'Opaque' }],
  [{ kind: 'TokenReview', spec: { token: 'hunter2' } }, { kind: 'TokenReview', spec: '(not shown)' }],
  [{ kind: 'ConfigMap', data: { k: 'v' } }, { kind: 'ConfigMap', data: { k: 'v' } }],
])('shows %j without its secrets', (obj, shown) => {
  const tracer = newLabTracing(() => undefined, () => true);
  const span = tracer.startSpan('test');
  const set: Record<string, unknown> = {};
  span.setAttribute = (name, value) => {
    set[name] = value;
    return span;
  };
  snapshotObject(new RequestContext(new Cancellation(), tracer, span), 'stored', obj);
  expect(JSON.parse(String(set['snapshot.stored']))).toEqual(shown);
});
