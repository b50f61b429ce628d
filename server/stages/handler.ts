/**
 * Stage `handler`: one resource, four routes, no layers. A request comes in, a function answers it.
 *
 * Upstream: net/http's Handler, and what k8s.io/apiserver/pkg/endpoints/handlers would be without everything around it.
 */
import express from 'express';
import type { NextFunction, Request, Response } from 'express';
import type { KubeObject } from '../apimachinery/types.ts';
import { MAX_REQUEST_BODY_BYTES } from '../endpoints/scope.ts';
import type { Filter } from '../filters/filter.ts';
import { newAPIServer } from '../http/api-server.ts';
import { StatusError, newBadRequest, newInternalError, newRequestEntityTooLarge } from '../http/status.ts';
import { traced } from '../observe/traced.ts';
import type { WatchEvent } from '../storage/interfaces.ts';
import { ObjectMap } from './object-map.ts';
import type { Stage } from './stage.ts';

/** Bytes that a watcher may leave unread. */
const MOST_UNREAD = 1024 * 1024;

/** Serves ConfigMaps out of a Map. */
export function newConfigMapHandler(): Filter {
  const objects = new ObjectMap({ group: '', resource: 'configmaps' });
  const router = express.Router();
  const all = '/api/v1/namespaces/:namespace/configmaps';
  const one = `${all}/:name`;

  router.post(all, express.json({ type: () => true, limit: MAX_REQUEST_BODY_BYTES }), function createConfigMap(req: Request<{ namespace: string }>, res) {
    const object = req.body as KubeObject | undefined;
    if (!object) throw newBadRequest('a ConfigMap is required');
    res.status(201).json(objects.create(req.params.namespace, object));
  });

  router.get(all, function listConfigMaps(req: Request<{ namespace: string }>, res) {
    if (req.query.watch === 'true') return watchConfigMaps(req.params.namespace, res);
    res.json({ kind: 'ConfigMapList', apiVersion: 'v1', metadata: {}, items: objects.list(req.params.namespace) });
  });

  router.get(one, function getConfigMap(req: Request<{ namespace: string; name: string }>, res) {
    res.json(objects.get(req.params.namespace, req.params.name));
  });

  router.delete(one, function deleteConfigMap(req: Request<{ namespace: string; name: string }>, res) {
    res.json(objects.delete(req.params.namespace, req.params.name));
  });

  router.use(notFound);

  /** An answer that does not end: one line of JSON for each change, until the client goes away. */
  function watchConfigMaps(namespace: string, res: Response): void {
    const send = (event: WatchEvent) => {
      if (event.object.metadata.namespace !== namespace) return;
      res.write(`${JSON.stringify(event)}\n`);
      // who does not read is let go, before the answer fills the memory
      if (res.writableLength > MOST_UNREAD) res.destroy();
    };
    res.type('json').flushHeaders();
    for (const object of objects.list(namespace)) send({ type: 'ADDED', object });
    res.on('close', objects.onChange(send));
  }

  return traced((req, res, next) => void router(req, res, next), { fn: 'newConfigMapHandler', file: 'server/stages/handler.ts' }, 'configMapHandler');
}

/** What no route answered, in the words of Go's router. */
export function notFound(_req: Request, res: Response): void {
  res.status(404).type('text').send('404 page not found\n');
}

/** What was thrown becomes a Status. */
export function answerErrors(err: unknown, _req: Request, res: Response, _next: NextFunction): void {
  const known = err instanceof StatusError ? err : statusOf(err);
  res.status(known.status.code ?? 500).json(known.status);
}

/** What Express's parser found wrong with a body; anything else is a mistake of ours. */
function statusOf(err: unknown): StatusError {
  if (!(err instanceof Error) || !('status' in err)) return newInternalError(err);
  return err.status === 413 ? newRequestEntityTooLarge(`limit is ${MAX_REQUEST_BODY_BYTES}`) : newBadRequest(err.message);
}

export const handler: Stage = {
  name: 'handler',
  adds: 'a function answers a request: one resource, kept in a Map',
  tries: [
    'curl --cacert $CA $SERVER/api/v1/namespaces/default/configmaps',
    `curl --cacert $CA $SERVER/api/v1/namespaces/default/configmaps -d '{"metadata":{"name":"a"},"data":{"k":"v"}}'`,
    "curl --cacert $CA -N '$SERVER/api/v1/namespaces/default/configmaps?watch=true'",
  ],
  build(config) {
    return newAPIServer({
      tracer: config.tracer,
      install(app) {
        app.use(newConfigMapHandler());
        app.use(answerErrors);
      },
    });
  },
};
