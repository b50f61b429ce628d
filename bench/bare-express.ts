/** The limit: Express, which reads what is sent and answers bytes that it has at hand, without knowing what they mean. */
import express from 'express';
import type { Express, Response } from 'express';
import type { Answers } from './messages.ts';

export function newBareExpress(answers: Answers): { app: Express; sendEvent(): void } {
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  const buffers = (texts: Record<string, string>) => new Map(Object.entries(texts).map(([resource, text]) => [resource, Buffer.from(text)]));
  const objects = buffers(answers.get);
  const created = buffers(answers.create);
  const bytes = { list: Buffer.from(answers.list), event: Buffer.from(answers.event) };
  const watchers = new Set<Response>();
  const all = '/api/v1/namespaces/:namespace/:resource';

  app.get(`${all}/:name`, ({ params }, res) => send(res, 200, objects.get(params['resource']) ?? bytes.list));
  app.get(all, (req, res) => {
    if (req.query['watch'] === undefined) return send(res, 200, bytes.list);
    watchers.add(res);
    res.on('close', () => watchers.delete(res));
    res.type('json').flushHeaders();
  });
  app.post(all, express.raw({ type: () => true, limit: '3mb' }), ({ params }, res) => send(res, 201, created.get(params['resource']) ?? bytes.list));
  return {
    app,
    sendEvent() {
      for (const watcher of watchers) watcher.write(bytes.event);
    },
  };
}

function send(res: Response, status: number, bytes: Buffer): void {
  res.writeHead(status, { 'Content-Type': 'application/json', 'Content-Length': bytes.length }).end(bytes);
}
