/**
 * A watch: an answer of status 200 whose body is one frame for each event, until its time is over, the client goes
 * away, or the server ends it.
 *
 * Upstream: k8s.io/apiserver/pkg/endpoints/handlers/{get,watch}.go (handleWatch, WatchServer.HandleHTTP).
 */
import type { Request, Response } from 'express';
import type { RequestContext } from '../http/context.ts';
import type { OutputMediaType } from '../http/negotiate.ts';
import { startSpan } from '../observe/tracing.ts';
import type { ListOptions, RESTStorage } from '../registry/rest.ts';
import type { WatchEvent } from '../storage/interfaces.ts';
import { tableOptions, transformObject } from './response.ts';
import type { RequestScope } from './scope.ts';

type StartWatch = Required<RESTStorage>['watch'];

export async function serveWatch(
  req: Request,
  res: Response,
  start: StartWatch,
  scope: RequestScope,
  options: ListOptions,
  output: OutputMediaType,
): Promise<void> {
  const ctx = startSpan(req.ctx, 'Watch', { fn: 'serveWatch', file: 'server/endpoints/watch.ts' });
  const seconds = options.timeoutSeconds ?? 0;
  // clients that name no time get one or two times the minimum, so that they do not all come back at once
  const timeout = seconds > 0 ? seconds * 1000 : scope.minRequestTimeout * (1 + Math.random());
  ctx.deadline = scope.clock.now() + timeout;
  const watch = await start(ctx, options);
  const stop = () => watch.stop();
  const timer = setTimeout(stop, Math.min(timeout, 2 ** 31 - 1));
  ctx.signal.addEventListener('abort', stop, { once: true });
  if (ctx.signal.aborted) stop();
  try {
    const encode = newEventEncoder(scope, req, output);
    res.status(200).setHeader('Content-Type', output.serializer.streamMediaType ?? output.serializer.mediaType);
    res.flushHeaders();
    for await (const event of watch) {
      const frame = encode(event);
      // what cannot be shown in the form that was asked for ends the stream: its status is out already
      if (!frame) break;
      if (ctx.span.isRecording()) ctx.span.addEvent('Sent event', { type: event.type, bytes: frame.length });
      if (!res.write(frame)) await drained(ctx, res);
    }
    res.end();
  } finally {
    clearTimeout(timer);
    stop();
    if (ctx !== req.ctx) ctx.span.end();
  }
}

/** The bytes of an event, if it has a form such as the client wants; those of an object as it is stored are shared by all who watch it. */
function newEventEncoder(scope: RequestScope, req: Request, output: OutputMediaType): (event: WatchEvent) => Uint8Array | undefined {
  const { serializer, convert } = output;
  if (!convert) return (event) => scope.encodings.encodeEvent(serializer, event);
  const options = tableOptions(convert, req);
  return ({ type, object }) => {
    // one object is no list
    if (type !== 'ERROR' && convert.kind === 'PartialObjectMetadataList') return undefined;
    const shown = type === 'ERROR' ? object : transformObject(object, convert, scope, options);
    // columns are sent once
    options.noHeaders = true;
    return serializer.encodeWatchEvent(type, serializer.encode(shown));
  };
}

/** Waits until the client has taken what was written, or is gone. */
function drained(ctx: RequestContext, res: Response): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      res.off('drain', done);
      ctx.signal.removeEventListener('abort', done);
      resolve();
    };
    if (ctx.signal.aborted) return resolve();
    res.on('drain', done);
    ctx.signal.addEventListener('abort', done);
  });
}
