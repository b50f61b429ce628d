/** Load on a measured server, and what it cost. */
import autocannon from 'autocannon';
import type { MeasuredServer } from './measured-server.ts';

export interface Measurement {
  /** Requests answered in a second; for a fan-out, events received by all watchers together. */
  perSecond: number;
  /** Microseconds of processor time of the server for each. */
  cpuMicros: number;
}

export interface Row {
  what: string;
  ours: Measurement;
  limit: Measurement;
  /** Microseconds that ours should stay below. */
  bar?: number;
}

export interface Load {
  method: 'GET' | 'POST';
  path: string;
  body?: string;
}

const connections = 32;
const warmUpSeconds = 2;
const rounds = 5;

/** What else the machine does only adds: of several rounds, each of about a second, the least counts. */
export async function load(server: MeasuredServer, { method, path, body }: Load): Promise<Measurement> {
  const options = { url: `${server.url}${path}`, method, connections, headers: { authorization: `Bearer ${server.token}`, 'content-type': 'application/json' }, ...(body && { body }) };
  const sleep = stayAwake();
  // Until the hot code is compiled.
  const { requests } = await autocannon({ ...options, duration: warmUpSeconds });
  // Counted, not timed: what is under way when the time is over would be paid for and not counted.
  const amount = Math.max(connections, Math.round(requests.total / warmUpSeconds));
  let least: Measurement = { perSecond: 0, cpuMicros: Infinity };
  for (let round = 0; round < rounds; round++) {
    const before = await server.cpu();
    const result = await autocannon({ ...options, amount });
    const used = (await server.cpu()) - before;
    const answered = result['2xx'];
    if (answered !== result.requests.total || result.errors > 0) throw new Error(`${method} ${path}: ${result.non2xx} refused, ${result.errors} failed`);
    if (used / answered < least.cpuMicros) least = { perSecond: answered / result.duration, cpuMicros: used / answered };
  }
  sleep();
  return least;
}

/** A client that sleeps has to be woken, which on one machine the server would be charged with. */
function stayAwake(): () => void {
  let awake = true;
  function turn(): void {
    if (awake) setImmediate(turn);
  }
  turn();
  return () => void (awake = false);
}
