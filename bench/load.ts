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
}

export interface Load {
  method: 'GET' | 'POST';
  path: string;
  body?: string;
  seconds: number;
}

const connections = 32;

export async function load(server: MeasuredServer, { method, path, body, seconds }: Load): Promise<Measurement> {
  const options = { url: `${server.url}${path}`, method, connections, headers: { authorization: `Bearer ${server.token}`, 'content-type': 'application/json' }, ...(body && { body }) };
  // Until the hot code is compiled.
  await autocannon({ ...options, duration: Math.max(1, seconds / 3) });
  const before = await server.cpu();
  const result = await autocannon({ ...options, duration: seconds });
  const used = (await server.cpu()) - before;
  const answered = result['2xx'];
  if (answered !== result.requests.total || result.errors > 0) throw new Error(`${method} ${path}: ${result.non2xx} refused, ${result.errors} failed`);
  return { perSecond: answered / result.duration, cpuMicros: used / answered };
}
