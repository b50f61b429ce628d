/** The limit: Express, which reads what is sent and answers bytes that it has at hand, without knowing what they mean. */
import type { RequestListener } from 'node:http';
import express from 'express';
import type { Express, Response } from 'express';
import { newHTTP2App } from '../server/http/http2-app.ts';
import type { Answers } from './messages.ts';

export interface BareExpress {
  handler: RequestListener;
  sendEvent(): void;
  setList(bytes: Buffer): void;
}

export function newBareExpress(answers: Answers): BareExpress {
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  const buffers = (texts: Record<string, string>) => new Map(Object.entries(texts).map(([resource, text]) => [resource, Buffer.from(text)]));
  const objects = buffers(answers.get);
  const created = buffers(answers.create);
  const event = Buffer.from(answers.event);
  let list: Buffer = Buffer.from(answers.list);
  const watchers = new Set<Response>();
  const all = '/api/v1/namespaces/:namespace/:resource';

  app.get(`${all}/:name`, ({ params }, res) => send(res, 200, objects.get(params['resource']) ?? list));
  app.get(all, (req, res) => {
    if (req.query['watch'] === undefined) return send(res, 200, list);
    watchers.add(res);
    res.on('close', () => watchers.delete(res));
    res.type('json').flushHeaders();
  });
  app.post(all, express.raw({ type: () => true, limit: '3mb' }), ({ params }, res) => send(res, 201, created.get(params['resource']) ?? list));
  let http2: Express | undefined;
  return {
    handler(req, res) {
      if (req.httpVersionMajor === 2) (http2 ??= newHTTP2App(app, req, res))(req, res);
      else app(req, res);
    },
    sendEvent() {
      for (const watcher of watchers) watcher.write(event);
    },
    setList(bytes) {
      list = bytes;
    },
  };
}

function send(res: Response, status: number, bytes: Buffer): void {
  res.writeHead(status, { 'Content-Type': 'application/json', 'Content-Length': bytes.length }).end(bytes);
}
