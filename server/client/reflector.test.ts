import { describe, expect, test } from 'vitest';
import type { KubeObject } from '../apimachinery/types.ts';
import type { StatusError} from '../http/status.ts';
import { newInternalError, newInvalid, newResourceExpired, newTooLargeResourceVersion, newTooManyRequests } from '../http/status.ts';
import { UnreachableError } from './errors.ts';
import { newReflector } from './reflector.ts';
import type { ReflectorOptions } from './reflector.ts';
import type { ListOptions, WatchOptions } from './rest-client.ts';
import { metaNamespaceKeyFunc, newStore } from './store.ts';
import { eventually } from './testing/eventually.ts';
import { newFakeClock } from './testing/fake-clock.ts';
import type { WatchEvent } from './watch.ts';

const pod = (name: string, resourceVersion: string, annotations?: Record<string, string>): KubeObject => ({ apiVersion: 'v1', kind: 'Pod', metadata: { name, resourceVersion, ...(annotations && { annotations }) } });
const added = (name: string, version: string): WatchEvent<KubeObject> => ({ type: 'ADDED', object: pod(name, version) });
const deleted = (name: string, version: string): WatchEvent<KubeObject> => ({ type: 'DELETED', object: pod(name, version) });
const bookmark = (version: string, annotations?: Record<string, string>): WatchEvent<KubeObject> => ({ type: 'BOOKMARK', object: pod('', version, annotations) });
const initialEnd = (version: string) => bookmark(version, { 'k8s.io/initial-events-end': 'true' });
const failed = ({ status }: StatusError): WatchEvent<KubeObject> => ({ type: 'ERROR', object: status });

type ListAnswer = StatusError | Error | { names: string[]; version: string };
/** Events, and then an end, or none: the watch stays open. */
type WatchAnswer = StatusError | Error | { events: WatchEvent<KubeObject>[]; open?: boolean; after?: number };

/** What is answered in turn is a script, since the faults of a server cannot be ordered from a real one. */
function run(lists: ListAnswer[], watches: WatchAnswer[], options: Partial<ReflectorOptions> = {}) {
  const clock = newFakeClock(1_000_000);
  const calls: string[] = [];
  const errors: string[] = [];
  const store = newStore<KubeObject>(metaNamespaceKeyFunc);
  let resyncs = 0;
  const listerWatcher = {
    async list({ resourceVersion, limit }: ListOptions) {
      calls.push(`list ${resourceVersion || 'newest'} limit ${limit}`);
      const answer = lists.shift();
      if (!answer || answer instanceof Error) throw answer ?? new Error('no more lists');
      return { apiVersion: 'v1', kind: 'PodList', metadata: { resourceVersion: answer.version }, items: answer.names.map((name) => pod(name, answer.version)) };
    },
    async watch({ resourceVersion, sendInitialEvents }: WatchOptions) {
      calls.push(`watch ${resourceVersion || 'newest'}${sendInitialEvents ? ' with initial events' : ''}`);
      const answer = watches.shift() ?? { events: [], open: true };
      if (answer instanceof Error) throw answer;
      const { events, open = false, after = 2000 } = answer;
      const left = [...events];
      const { promise, resolve } = Promise.withResolvers<undefined>();
      return {
        async next() {
          if (left.length > 0) return left.shift();
          if (open) return promise;
          clock.step(after);
          return undefined;
        },
        stop: () => resolve(undefined),
      };
    },
  };
  const stop = new AbortController();
  const reflector = newReflector(listerWatcher, { ...store, resync: () => void resyncs++ }, { name: 'pods', clock, random: () => 0, useWatchList: false, log: { info: () => undefined, error: (err) => void errors.push(err instanceof Error ? err.message : String(err)) }, ...options });
  const running = reflector.run(stop.signal);
  return {
    calls,
    errors,
    clock,
    names: () => store.listKeys().sort(),
    version: () => reflector.lastSyncResourceVersion(),
    resyncs: () => resyncs,
    async until(count: number) {
      await eventually(() => calls.length >= count, () => clock.waiters() > 0 && clock.step(100));
      // what the last call answered is taken
      for (let i = 0; i < 50; i++) await Promise.resolve();
    },
    async stop() {
      stop.abort();
      await running;
    },
  };
}

const LIST = { names: ['a', 'b'], version: '10' };
const OPEN = { events: [], open: true };

describe('a reflector that lists', () => {
  test.each<[string, ListAnswer[], WatchAnswer[], string[], string[], string]>([
    ['watches from the version of the list', [LIST], [{ events: [added('c', '11'), deleted('a', '12')], open: true }], ['list 0 limit 500', 'watch 10'], ['b', 'c'], '12'],
    ['goes on from the last event when a watch ends', [LIST], [{ events: [added('c', '11')] }, OPEN], ['list 0 limit 500', 'watch 10', 'watch 11'], ['a', 'b', 'c'], '11'],
    ['goes on from a bookmark', [LIST], [{ events: [bookmark('99')] }, OPEN], ['list 0 limit 500', 'watch 10', 'watch 99'], ['a', 'b'], '99'],
    ['goes on when the server cannot be reached', [LIST], [new UnreachableError('refused'), new UnreachableError('refused'), OPEN], ['list 0 limit 500', 'watch 10', 'watch 10', 'watch 10'], ['a', 'b'], '10'],
    ['goes on when the server is busy', [LIST], [newTooManyRequests('later', 1), OPEN], ['list 0 limit 500', 'watch 10', 'watch 10'], ['a', 'b'], '10'],
    ['lists again when the history has gone on', [LIST, { names: ['z'], version: '50' }], [{ events: [failed(newResourceExpired('too old'))] }, OPEN], ['list 0 limit 500', 'watch 10', 'list 10 limit 0', 'watch 50'], ['z'], '50'],
    ['lists again when the watch is refused for its version', [LIST, { names: ['z'], version: '50' }], [newResourceExpired('too old'), OPEN], ['list 0 limit 500', 'watch 10', 'list 10 limit 0', 'watch 50'], ['z'], '50'],
    ['asks for the newest when the version of the list is gone', [LIST, newResourceExpired('too old'), { names: ['z'], version: '50' }], [newResourceExpired('too old'), OPEN], ['list 0 limit 500', 'watch 10', 'list 10 limit 0', 'list newest limit 500', 'watch 50'], ['z'], '50'],
    ['asks for the newest when the server has not got so far', [LIST, newTooLargeResourceVersion(10, 3, 1), { names: [], version: '3' }], [newResourceExpired('too old'), OPEN], ['list 0 limit 500', 'watch 10', 'list 10 limit 0', 'list newest limit 500', 'watch 3'], [], '3'],
    ['lists again after an error of the server', [LIST, LIST], [{ events: [added('c', '11'), failed(newInternalError('broken'))] }, OPEN], ['list 0 limit 500', 'watch 10', 'list 11 limit 0', 'watch 10'], ['a', 'b'], '10'],
    ['lists again after a watch that was none', [LIST, LIST], [{ events: [], after: 10 }, OPEN], ['list 0 limit 500', 'watch 10', 'list 10 limit 0', 'watch 10'], ['a', 'b'], '10'],
    ['tries again when the list fails', [newInternalError('broken'), new SyntaxError('no JSON'), LIST], [OPEN], ['list 0 limit 500', 'list 0 limit 500', 'list 0 limit 500', 'watch 10'], ['a', 'b'], '10'],
  ])('%s', async (_what, lists, watches, calls, names, version) => {
    const reflector = run(lists, watches);
    await reflector.until(calls.length);
    expect(reflector.calls).toEqual(calls);
    expect(reflector.names()).toEqual(names);
    expect(reflector.version()).toBe(version);
    await reflector.stop();
  });

  test('waits longer after each failure', async () => {
    const reflector = run([newInternalError('a'), newInternalError('b'), newInternalError('c')], []);
    const tries: number[] = [];
    await eventually(() => reflector.calls.length === 3, () => {
      if (reflector.calls.length > tries.length) tries.push(reflector.clock.now());
      reflector.clock.step(100);
    });
    expect(tries[1]! - tries[0]!).toBeGreaterThanOrEqual(800);
    expect(reflector.clock.now() - tries[1]!).toBeGreaterThanOrEqual(1600);
    expect(reflector.errors).toEqual(expect.arrayContaining(['Internal error occurred: a', 'Internal error occurred: b']));
    await reflector.stop();
  });

  test('resyncs while it watches, where that is due', async () => {
    let due = false;
    const reflector = run([LIST], [OPEN], { resyncCheckPeriod: 1000, shouldResync: () => due });
    await reflector.until(2);
    reflector.clock.step(5000);
    expect(reflector.resyncs()).toBe(0);
    due = true;
    reflector.clock.step(2000);
    expect(reflector.resyncs()).toBe(2);
    await reflector.stop();
    expect(reflector.clock.waiters()).toBe(0);
  });
});

describe('a reflector that lets the state come as events', () => {
  const streaming = { useWatchList: true };

  test.each<[string, ListAnswer[], WatchAnswer[], string[], string[], string]>([
    ['takes them until their end, and goes on with the same watch', [], [{ events: [added('a', '3'), added('b', '4'), initialEnd('10'), added('c', '11')], open: true }], ['watch newest with initial events'], ['a', 'b', 'c'], '11'],
    ['starts over when they do not come to their end', [], [{ events: [added('a', '3')] }, { events: [added('b', '4'), initialEnd('10')], open: true }], ['watch newest with initial events', 'watch newest with initial events'], ['b'], '10'],
    ['starts over when the server is busy', [], [newTooManyRequests('later', 1), { events: [initialEnd('10')], open: true }], ['watch newest with initial events', 'watch newest with initial events'], [], '10'],
    ['lists where the server does not know how', [LIST], [newInvalid({ group: '', kind: 'ListOptions' }, '', []), OPEN], ['watch newest with initial events', 'list 0 limit 500', 'watch 10'], ['a', 'b'], '10'],
    ['lists when it fails', [LIST], [{ events: [added('x', '3'), failed(newInternalError('broken'))] }, OPEN], ['watch newest with initial events', 'list 0 limit 500', 'watch 10'], ['a', 'b'], '10'],
    ['asks from where it was when the history has gone on, and for the newest when that is gone too', [], [{ events: [added('a', '3'), initialEnd('10'), failed(newResourceExpired('too old'))] }, newResourceExpired('too old'), { events: [initialEnd('50')], open: true }], ['watch newest with initial events', 'watch 10 with initial events', 'watch newest with initial events'], [], '50'],
    ['asks for the newest when the server has not got so far', [], [{ events: [initialEnd('10'), failed(newResourceExpired('too old'))] }, newTooLargeResourceVersion(10, 3, 1), { events: [added('n', '2'), initialEnd('3')], open: true }], ['watch newest with initial events', 'watch 10 with initial events', 'watch newest with initial events'], ['n'], '3'],
  ])('%s', async (_what, lists, watches, calls, names, version) => {
    const reflector = run(lists, watches, streaming);
    await reflector.until(calls.length);
    expect(reflector.calls).toEqual(calls);
    expect(reflector.names()).toEqual(names);
    expect(reflector.version()).toBe(version);
    await reflector.stop();
  });
});

test('a reflector ends when it is told to, whatever it waits for', async () => {
  for (const [lists, watches] of [[[LIST], [OPEN]], [[newInternalError('a')], []], [[LIST], [new UnreachableError('refused')]]] as [ListAnswer[], WatchAnswer[]][]) {
    const reflector = run(lists, watches);
    await eventually(() => reflector.calls.length > 0);
    await reflector.stop();
    expect(reflector.clock.waiters()).toBe(0);
  }
});
