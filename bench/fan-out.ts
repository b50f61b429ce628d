/** One event, many watchers: what each of them costs the server. */
import { connect as connectHTTP2 } from 'node:http2';
import { connect } from 'node:net';
import type { Measurement } from './load.ts';
import type { MeasuredServer } from './measured-server.ts';

const rounds = 20;
const openedAtOnce = 100;
/** As many as the server allows by default. */
const streamsOfAConnection = 100;

export type Protocol = 'HTTP/1.1' | 'HTTP/2';

export interface Watching {
  path: string;
  protocol: Protocol;
  watchers: number;
  /** Stands in the line of each event. */
  marker: string;
}

export interface Watchers {
  count: number;
  /** Events that have come, to all of them together. */
  seen(): number;
  close(): void;
}

export async function openWatchers(server: MeasuredServer, { path, protocol, watchers: count, marker }: Watching): Promise<Watchers> {
  const needle = Buffer.from(marker);
  let events = 0;
  const onData = (chunk: Buffer) => {
    for (let at = chunk.indexOf(needle); at >= 0; at = chunk.indexOf(needle, at + needle.length)) events++;
  };
  const closers: (() => void)[] = [];
  for (let left = count; left > 0; left -= openedAtOnce) closers.push(...(await openWatches[protocol](server, path, Math.min(openedAtOnce, left), onData)));
  return { count, seen: () => events, close: () => closers.forEach((close) => close()) };
}

type OpenWatches = (server: MeasuredServer, path: string, count: number, onData: (chunk: Buffer) => void) => Promise<(() => void)[]>;

const openWatches: Record<Protocol, OpenWatches> = {
  /** Bare sockets: their cost on this side must not hold up what is measured. */
  'HTTP/1.1': ({ url, token }, path, count, onData) => {
    const { hostname, port } = new URL(url);
    const head = `GET ${path} HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer ${token}\r\n\r\n`;
    const open = () =>
      new Promise<() => void>((resolve, reject) => {
        const socket = connect(Number(port), hostname, () => socket.write(head));
        socket.once('data', () => resolve(() => socket.destroy()));
        socket.on('data', onData).once('error', reject);
      });
    return Promise.all(Array.from({ length: count }, open));
  },
  'HTTP/2': async ({ http2URL, token }, path, count, onData) => {
    const sessions = Array.from({ length: Math.ceil(count / streamsOfAConnection) }, () => connectHTTP2(http2URL));
    const open = (n: number) =>
      new Promise<void>((resolve, reject) => {
        const stream = sessions[Math.floor(n / streamsOfAConnection)]!.request({ ':path': path, authorization: `Bearer ${token}` });
        stream.once('response', () => resolve());
        stream.on('data', onData).once('error', reject);
      });
    await Promise.all(Array.from({ length: count }, (_, n) => open(n)));
    return sessions.map((session) => () => session.destroy());
  },
};

/** `cause` makes an event happen, which all watchers are told of. */
export async function fanOut(server: MeasuredServer, watchers: Watchers, cause: (round: number) => Promise<void>): Promise<Measurement> {
  await oneRound(0);
  const before = await server.cpu();
  const start = performance.now();
  for (let n = 1; n <= rounds; n++) await oneRound(n);
  const elapsed = performance.now() - start;
  const used = (await server.cpu()) - before;
  const events = rounds * watchers.count;
  return { perSecond: (events / elapsed) * 1000, cpuMicros: used / events };

  async function oneRound(n: number): Promise<void> {
    const expected = watchers.seen() + watchers.count;
    await cause(n);
    for (const deadline = Date.now() + 60_000; watchers.seen() < expected; await new Promise(setImmediate)) if (Date.now() > deadline) throw new Error(`${watchers.seen()} of ${expected} events seen`);
  }
}
