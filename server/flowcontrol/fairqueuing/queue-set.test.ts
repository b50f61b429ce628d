import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import { newRequestInfoResolver } from '../../http/request-info.ts';
import type { WorkEstimate } from '../request/config.ts';
import { initialSeatsOnly } from '../request/config.ts';
import { VirtualClock } from '../virtual-clock.test-util.ts';
import { Integrator } from './integrator.ts';
import { QueueSet } from './queue-set.ts';
import type { QueuingConfig } from './queue-set.ts';
import type { Flow, QueuedRequest } from './queue.ts';

const info = newRequestInfoResolver({ apiPrefixes: ['api', 'apis'], grouplessAPIPrefixes: ['api'] }).resolve('GET', '/api/v1/pods');
const flowOf = (name: string): Flow => ({ flowSchema: 'schema', distinguisher: name, user: { name, groups: [] }, info });
const one = initialSeatsOnly(1);

function newSet(config: Partial<QueuingConfig>, concurrencyLimit: number) {
  const clock = new VirtualClock();
  const onIdle = vi.fn();
  const set = new QueueSet({ clock, seatDemand: new Integrator(clock), onIdle });
  const queuing = { desiredNumQueues: 64, handSize: 6, queueLengthLimit: 50, ...config };
  set.setConfiguration(queuing, concurrencyLimit);
  const start = (name: string, work: WorkEstimate = one) => set.startRequest(work, flowOf(name));
  return { clock, onIdle, set, queuing, start };
}
const states = (requests: (QueuedRequest | undefined)[]) => requests.map((request) => request?.state ?? 'rejected');

interface Client {
  name: string;
  /** Requests that it has under way at any time. */
  connections: number;
  serviceTime: number;
  /** Between an answer and the next request. */
  thinkTime?: number;
  work?: WorkEstimate;
  served: number;
  rejected: number;
  seatTime: number;
  latencies: number[];
}
const client = (name: string, connections: number, serviceTime: number, more: Partial<Client> = {}): Client => ({ name, connections, serviceTime, served: 0, rejected: 0, seatTime: 0, latencies: [], ...more });

/** Each connection sends, is answered after its service time, thinks, and sends again. */
function keepBusy({ clock, set, start }: ReturnType<typeof newSet>, clients: Client[]): void {
  for (const each of clients) {
    const again = () => void clock.after(each.thinkTime ?? 0, () => void send());
    const send = async (): Promise<void> => {
      const arrived = clock.now();
      const request = start(each.name, each.work);
      if (!request) {
        each.rejected++;
        // as told by Retry-After
        clock.after(1000, () => void send());
        return;
      }
      await request.decision();
      await new Promise<void>((resolve) => void clock.after(each.serviceTime, resolve));
      set.finish(request);
      each.served++;
      each.seatTime += each.serviceTime * request.maxSeats;
      each.latencies.push(clock.now() - arrived);
      again();
    };
    for (let i = 0; i < each.connections; i++) again();
  }
}
const median = (values: number[]) => values.toSorted((a, b) => a - b)[values.length >> 1]!;
const percentile = (values: number[], part: number) => values.toSorted((a, b) => a - b)[Math.ceil(values.length * part) - 1]!;

test('dispatches at once while there are seats, and in turn when some get free', () => {
  const { set, start, onIdle } = newSet({}, 2);
  const requests = ['a', 'a', 'a', 'a'].map((name) => start(name));
  expect(states(requests)).toEqual(['executing', 'executing', 'waiting', 'waiting']);
  expect([set.executing, set.waiting, set.seatsInUse, set.seatsWaiting]).toEqual([2, 2, 2, 2]);
  set.finish(requests[0]!);
  set.finish(requests[0]!);
  expect(states(requests).filter((state) => state === 'executing')).toHaveLength(2);
  for (const request of requests) set.finish(request!);
  expect([set.executing, set.waiting, set.seatsInUse, set.seatsWaiting]).toEqual([0, 0, 0, 0]);
  expect(set.counts).toEqual({ dispatched: 4, rejected: 0, cancelled: 0 });
  expect(onIdle).toHaveBeenCalledTimes(1);
});

test('rejects what finds its queues full, while others still find a place', () => {
  const { start } = newSet({ queueLengthLimit: 2, handSize: 2 }, 1);
  const noisy = Array.from({ length: 7 }, () => start('noisy'));
  expect(states(noisy)).toEqual(['executing', 'waiting', 'waiting', 'waiting', 'waiting', 'rejected', 'rejected']);
  expect(start('quiet')?.state).toBe('waiting');
});

test('rejects what finds no seat where there are no queues', () => {
  const { set, start } = newSet({ desiredNumQueues: 0 }, 2);
  const requests = ['a', 'b', 'c'].map((name) => start(name));
  expect(states(requests)).toEqual(['executing', 'executing', 'rejected']);
  set.finish(requests[0]!);
  expect(start('c')?.state).toBe('executing');
});

test('lets everything on at an exempt level', () => {
  const { start } = newSet({ desiredNumQueues: -1 }, 0);
  expect(states([start('a'), start('b', initialSeatsOnly(100))])).toEqual(['executing', 'executing']);
});

test('takes out of its queue what waits no longer', async () => {
  const { set, start } = newSet({}, 1);
  const [first, second] = [start('a')!, start('a')!];
  const decided = second.decision();
  set.cancel(first);
  set.cancel(second);
  await decided;
  expect([first.state, second.state]).toEqual(['executing', 'done']);
  expect(set.counts).toEqual({ dispatched: 1, rejected: 1, cancelled: 1 });
  expect(set.waiting).toBe(0);
});

test('a wide request waits until there is room for all of it, and one that is wider than all for all of it', () => {
  const { set, start } = newSet({ desiredNumQueues: 1, handSize: 1 }, 4);
  const [narrow, wide, wider] = [start('a')!, start('a', initialSeatsOnly(4))!, start('a', initialSeatsOnly(9))!];
  expect(states([narrow, wide, wider])).toEqual(['executing', 'waiting', 'waiting']);
  set.finish(narrow);
  expect(states([wide, wider])).toEqual(['executing', 'waiting']);
  set.finish(wide);
  expect(wider.state).toBe('executing');
  expect(set.seatsInUse).toBe(9);
});

test('keeps the final seats for the additional time, which the client does not wait for', async () => {
  const { clock, set, start } = newSet({}, 3);
  const writer = start('a', { initialSeats: 1, finalSeats: 3, additionalLatency: 5 })!;
  expect(set.seatsInUse).toBe(3);
  const reader = start('b')!;
  set.finish(writer);
  expect([set.executing, set.seatsInUse, reader.state]).toEqual([0, 3, 'waiting']);
  await clock.advance(4);
  expect(reader.state).toBe('waiting');
  await clock.advance(1);
  expect([set.seatsInUse, reader.state]).toEqual([1, 'executing']);
});

test('more final seats than there are become fewer, for longer', async () => {
  const { clock, set, start } = newSet({}, 2);
  const writer = start('a', { initialSeats: 1, finalSeats: 4, additionalLatency: 5 })!;
  set.finish(writer);
  expect(set.seatsInUse).toBe(2);
  await clock.advance(9);
  expect(set.seatsInUse).toBe(2);
  await clock.advance(1);
  expect(set.seatsInUse).toBe(0);
});

test('has as many queues as are wanted, and more only until they are empty', () => {
  const { set, start, queuing } = newSet({ desiredNumQueues: 4, handSize: 1 }, 3);
  const requests = Array.from({ length: 12 }, (_, i) => start(`flow-${i}`)!);
  set.setConfiguration({ ...queuing, desiredNumQueues: 2 }, 3);
  expect(set.queues).toHaveLength(4);
  for (const request of requests) set.finish(request);
  expect(set.queues.length).toBeLessThan(4);
  expect(set.isIdle).toBe(true);
  set.setConfiguration({ ...queuing, desiredNumQueues: 5 }, 3);
  expect(set.queues).toHaveLength(5);
});

test('serves what is queued when there are to be no queues any more', () => {
  const { set, start, queuing } = newSet({}, 1);
  const [first, second] = [start('a')!, start('b')!];
  set.setConfiguration({ ...queuing, desiredNumQueues: 0 }, 1);
  expect(start('c')).toBeUndefined();
  set.finish(first);
  expect(second.state).toBe('executing');
});

test('divides the seats evenly between flows that all want more than their share', async () => {
  const h = newSet({}, 4);
  const clients = [client('many', 40, 10), client('some', 8, 10), client('few', 4, 10)];
  keepBusy(h, clients);
  await h.clock.advance(10_000);
  // two flows may have queues in common; the largest has six to the four that the smallest can use
  const served = clients.map(({ served }) => served);
  expect(served.reduce((sum, each) => sum + each, 0)).toBeGreaterThanOrEqual(3990);
  for (const each of served) expect(each).toBeGreaterThan(800);
});

test.each<[string, Client, Client]>([
  ['slow as others fast', client('slow', 20, 50), client('fast', 20, 5)],
  ['wide as others narrow', client('wide', 20, 10, { work: initialSeatsOnly(4) }), client('narrow', 20, 10)],
])('counts seats and time, not requests: some flows are as %s', async (_what, heavy, light) => {
  const h = newSet({ desiredNumQueues: 2, handSize: 1 }, 8);
  // each has a queue to itself
  const [one, other] = ['a', 'b', 'c', 'd', 'e', 'f'].reduce<[string?, string?]>(([x, y], name) => {
    const before = h.set.queues.map((queue) => queue.executing.size);
    const request = h.start(name)!;
    const first = h.set.queues.findIndex((queue, i) => queue.executing.size > before[i]!) === 0;
    h.set.finish(request);
    return first ? [name, y] : [x, name];
  }, []);
  Object.assign(heavy, { name: one! });
  Object.assign(light, { name: other! });
  keepBusy(h, [heavy, light]);
  await h.clock.advance(20_000);
  expect(heavy.seatTime / light.seatTime).toBeGreaterThan(0.8);
  expect(heavy.seatTime / light.seatTime).toBeLessThan(1.25);
});

test('a quiet flow hardly notices a noisy one', async () => {
  const alone = newSet({}, 10);
  const unloaded = client('quiet', 1, 10, { thinkTime: 20 });
  keepBusy(alone, [unloaded]);
  await alone.clock.advance(30_000);

  const together = newSet({}, 10);
  const quiet = client('quiet', 1, 10, { thinkTime: 20 });
  const noisy = client('noisy', 100, 10);
  keepBusy(together, [quiet, noisy]);
  await together.clock.advance(30_000);
  expect(median(unloaded.latencies)).toBe(10);
  expect(percentile(quiet.latencies, 0.99)).toBeLessThanOrEqual(2 * median(unloaded.latencies));
  expect(noisy.served).toBeGreaterThan(25_000);
  expect(noisy.latencies.length).toBeGreaterThan(0);
  expect(median(noisy.latencies)).toBeGreaterThan(50);
});

test('advances R by what is in use, shared among the queues that are active', async () => {
  const { clock, set, start } = newSet({ desiredNumQueues: 1, handSize: 1 }, 2);
  await clock.advance(1000);
  expect(set.currentR).toBe(0);
  const request = start('a')!;
  await clock.advance(1000);
  start('a');
  await clock.advance(1000);
  set.finish(request);
  // one seat for a second, two for another, in hundred-millionths
  expect(set.currentR).toBe(3e8);
});

const steps = fc.array(fc.oneof(
  fc.record({ do: fc.constant('start' as const), flow: fc.nat(9), seats: fc.integer({ min: 1, max: 5 }), final: fc.nat(5) }),
  fc.record({ do: fc.constantFrom('finish' as const, 'cancel' as const), which: fc.nat(40) }),
  fc.record({ do: fc.constant('pass' as const), ms: fc.nat(20) }),
  fc.record({ do: fc.constant('configure' as const), queues: fc.nat(8), limit: fc.integer({ min: 1, max: 12 }) }),
), { maxLength: 120 });

test('whatever happens, the books are right, and nothing waits while there is room for it', async () => {
  await fc.assert(fc.asyncProperty(steps, async (todo) => {
    const { clock, set, start } = newSet({ desiredNumQueues: 8, handSize: 3, queueLengthLimit: 4 }, 6);
    const requests: QueuedRequest[] = [];
    for (const step of todo) {
      if (step.do === 'start') {
        const request = start(`flow-${step.flow}`, { initialSeats: step.seats, finalSeats: step.final, additionalLatency: 3 });
        if (request) requests.push(request);
      } else if (step.do === 'configure') {
        set.setConfiguration({ desiredNumQueues: step.queues, handSize: Math.min(3, step.queues), queueLengthLimit: 4 }, step.limit);
      } else if (step.do === 'pass') {
        await clock.advance(step.ms);
      } else {
        const request = requests[step.which % Math.max(1, requests.length)];
        if (request) set[step.do](request);
      }
      const [waiting, executing] = (['waiting', 'executing'] as const).map((state) => requests.filter((request) => request.state === state));
      expect([set.waiting, set.executing]).toEqual([waiting?.length, executing?.length]);
      expect(set.seatsWaiting).toBe(waiting?.reduce((sum, { maxSeats }) => sum + maxSeats, 0));
      expect(set.queues.reduce((sum, queue) => sum + queue.sum.maxSeats, 0)).toBe(set.seatsWaiting);
      expect(set.seatsInUse).toBeGreaterThanOrEqual(executing?.reduce((sum, { maxSeats }) => sum + maxSeats, 0) ?? 0);
      const oldest = set.queues.flatMap((queue) => queue.oldest ?? []);
      if (oldest.length > 0) expect(set.seatsInUse + Math.max(...oldest.map(({ maxSeats }) => maxSeats))).toBeGreaterThan(set.concurrencyLimit);
    }
    for (const request of requests) set.finish(request);
    // those that were dispatched meanwhile are over by now, too
    for (const request of requests) set.finish(request);
    await clock.advance(100);
    expect([set.isIdle, set.seatsInUse, set.seatsWaiting]).toEqual([true, 0, 0]);
  }), { numRuns: 60 });
});
