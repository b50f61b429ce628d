/** What the tests of the worker run inside the bundle: Express, unmodified, with routes that show what the shim does. */
import type { Tracer } from '@opentelemetry/api';
import express from 'express';
import type { Express, Request, Response } from 'express';
import { newAPIServer } from '../../server/http/api-server.ts';
import { restartable } from '../../server/observe/lab/restartable.ts';
import type { RestartableStage } from '../../server/observe/lab/restartable.ts';
import { runStage } from '../../server/observe/lab/running-stage.ts';
import { newEmbeddedEtcd } from '../../server/storage/etcd/embedded/embedded.ts';

export { serveStages } from './worker-server.ts';

/** What happened inside, for the test to look at. */
export interface Seen {
  builds: number;
  closed: string[];
  failed: string[];
  written: number;
  refused: number;
}

export function newFixture(seen: Seen) {
  return async function run(name: string): Promise<RestartableStage> {
    if (name !== 'fixture') throw new TypeError(`no stage "${name}"`);
    const build = ({ tracer }: { tracer: Tracer }) => {
      seen.builds++;
      return newAPIServer({ tracer, install: (app) => install(app, seen) });
    };
    return restartable(() => runStage({ name, adds: 'what the tests ask for', build }, { etcd: newEmbeddedEtcd(), etcdPrefix: '/registry' }));
  };
}

function install(app: Express, seen: Seen): void {
  app.post('/echo', express.json(), (req, res) => void res.status(201).json({ got: req.body as unknown, user: req.get('authorization') }));
  app.post('/limited', express.raw({ type: () => true, limit: 10 }), (_req, res) => void res.end());
  app.get('/about', (req, res) => void res.json({ url: req.url, query: req.query, ip: req.ip, protocol: req.protocol, http: req.httpVersion }));
  app.get('/bytes', (_req, res) => void res.end(new Uint8Array([1, 2, 3])));
  app.get('/parts', (_req, res) => {
    res.cork();
    for (const part of ['one ', 'two ', 'three ']) res.write(part);
    res.end('four');
  });
  app.get('/nothing', (_req, res) => void res.status(204).end('unseen'));
  app.get('/cookies', (_req, res) => void res.append('Set-Cookie', 'a=1').append('Set-Cookie', 'b=2').end());
  app.get('/injected', (_req, res) => void res.set('X', 'a\r\nY: b').end());
  app.get('/late', (_req, res) => void res.end('sent').set('X', 'late'));
  app.get('/watch', (req, res) => {
    res.on('close', () => seen.closed.push(req.url));
    res.type('json').flushHeaders();
    res.write('{"n":1}\n');
    setTimeout(() => res.write('{"n":2}\n'), 5);
  });
  app.get('/flood', (_req, res) => flood(res, seen));
  app.get('/broken', (_req, res) => {
    res.write('half');
    setTimeout(() => res.destroy(), 5);
  });
  app.get('/thrown', () => {
    throw new Error('thrown by the handler');
  });
  app.use((err: Error & { status?: number }, _req: Request, res: Response, _next: unknown) => {
    if (res.headersSent) seen.failed.push(err.message);
    else res.status(err.status ?? 500).json({ message: err.message });
  });
}

/** Writes as long as it may, 10,000 bytes at a time, and goes on at 'drain', 100 times in all. */
function flood(res: Response, seen: Seen): void {
  const chunk = 'x'.repeat(10_000);
  const more = () => {
    while (seen.written < 100) {
      seen.written++;
      if (res.write(chunk)) continue;
      seen.refused++;
      res.once('drain', more);
      return;
    }
    res.end();
  };
  more();
}
