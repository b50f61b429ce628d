/** One event, many watchers: what each of them costs the server. */
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import type { Measurement } from './load.ts';
import type { MeasuredServer } from './measured-server.ts';

const rounds = 20;

/** `cause` makes the event happen, whose line holds `marker`. */
export async function fanOut(server: MeasuredServer, { path, watchers, marker, cause }: { path: string; watchers: number; marker: string; cause(round: number): Promise<void> }): Promise<Measurement> {
  const sockets: Watcher[] = [];
  for (let n = 0; n < watchers; n += 100) sockets.push(...(await Promise.all(Array.from({ length: Math.min(100, watchers - n) }, () => openWatch(server, path, marker)))));
  const seen = () => sockets.reduce((sum, { events }) => sum + events(), 0);

  await round(0);
  const before = await server.cpu();
  const start = performance.now();
  for (let n = 1; n <= rounds; n++) await round(n);
  const elapsed = performance.now() - start;
  const used = (await server.cpu()) - before;
  for (const { socket } of sockets) socket.destroy();
  const events = rounds * watchers;
  return { perSecond: (events / elapsed) * 1000, cpuMicros: used / events };

  async function round(n: number): Promise<void> {
    const expected = seen() + watchers;
    await cause(n);
    for (const deadline = Date.now() + 20_000; seen() < expected; await new Promise(setImmediate)) if (Date.now() > deadline) throw new Error(`${seen()} of ${expected} events seen`);
  }
}

interface Watcher {
  socket: Socket;
  events(): number;
}

/** A bare socket: its cost on this side must not be what is measured. */
function openWatch(server: MeasuredServer, path: string, marker: string): Promise<Watcher> {
  const { hostname, port } = new URL(server.url);
  const needle = Buffer.from(marker);
  let events = 0;
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname, () => socket.write(`GET ${path} HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer ${server.token}\r\n\r\n`));
    socket.once('data', () => resolve({ socket, events: () => events }));
    socket.on('data', (chunk: Buffer) => {
      for (let at = chunk.indexOf(needle); at >= 0; at = chunk.indexOf(needle, at + needle.length)) events++;
    });
    socket.once('error', reject);
  });
}
