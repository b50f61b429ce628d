import { expect, test } from 'vitest';
import { Cancellation } from './cancellation.ts';

const reason = new Error('gone');

test.each(['before', 'after'])('its signal, asked for %s the abort, tells the reason', (when) => {
  const done = new Cancellation();
  const early = when === 'before' ? done.signal : undefined;
  done.abort(reason);
  const signal = early ?? done.signal;
  expect(done.signal).toBe(signal);
  expect(signal.reason).toBe(reason);
});

test('calls its listeners once each, the late ones at once, with the first reason', () => {
  const done = new Cancellation();
  const heard: unknown[] = [];
  done.throwIfAborted();
  done.onAbort((why) => heard.push(why));
  done.abort(reason);
  done.abort(new Error('again'));
  done.onAbort((why) => heard.push(why));
  expect(heard).toEqual([reason, reason]);
  expect(() => done.throwIfAborted()).toThrow(reason);
});

test('calls all but those who took it back, also where one does so when it is called', () => {
  const done = new Cancellation();
  const heard: string[] = [];
  const last = () => heard.push('last');
  const gone = () => heard.push('gone');
  const first = () => {
    heard.push('first');
    done.offAbort(first);
  };
  for (const fn of [gone, first, last]) done.onAbort(fn);
  done.offAbort(gone);
  done.abort(reason);
  expect(heard).toEqual(['first', 'last']);
});
