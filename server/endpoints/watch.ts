/**
 * A watch: an answer of status 200 whose body is one frame for each event, until its time is over, the client goes
 * away, or the server ends it.
 *
 * Upstream: k8s.io/apiserver/pkg/endpoints/handlers/{get,watch}.go (handleWatch, WatchServer's HandleHTTP and
 * HandleWS).
 */
import type { Request, Response } from 'express';
import { drained } from '../http/drained.ts';
import { negotiateOutput } from '../http/negotiate.ts';
import type { OutputMediaType } from '../http/negotiate.ts';
import { acceptWebSocket, isWebSocketRequest } from '../http/websocket.ts';
import type { WebSocketStream } from '../http/websocket.ts';
import { startSpan } from '../observe/tracing.ts';
import type { ListOptions, RESTStorage } from '../registry/rest.ts';
import type { WatchEvent } from '../storage/interfaces.ts';
import { tableOptions, transformObject } from './response.ts';
import type { RequestScope } from './scope.ts';

/** How long protobuf's events say in front that they are. */
const LENGTH_BYTES = 4;

type StartWatch = Required<RESTStorage>['watch'];

export async function serveWatch(
  req: Request,
  res: Response,
  start: StartWatch,
  scope: RequestScope,
  options: ListOptions,
): Promise<void> {
  const ctx = startSpan(req.ctx, 'Watch', { fn: 'serveWatch', file: 'server/endpoints/watch.ts' });
  const seconds = options.timeoutSeconds ?? 0;
  // clients that name no time get one or two times the minimum, so that they do not all come back at once; whole seconds share their timers
  const timeout = seconds !== 0 ? seconds * 1000 : Math.ceil((scope.minRequestTimeout * (1 + Math.random())) / 1000) * 1000;
  ctx.deadline = scope.clock.now() + timeout;
  const watch = await start(ctx, options);
  const stop = () => watch.stop();
  const timer = setTimeout(stop, Math.min(Math.max(timeout, 0), 2 ** 31 - 1));
  ctx.onAbort(stop);
  try {
    const output = negotiateOutput(req, scope.factory, { stream: true });
    const encode = newEventEncoder(scope, req, output);
    const sent = scope.metrics.requests.watchEvents(scope.resource);
    const stream = await openStream(req, res, output, stop);
    if (!stream) return;
    for await (const event of watch) {
      const frame = encode(event);
      // what cannot be shown in the form that was asked for ends the stream: its status is out already
      if (!frame) break;
      sent(frame.length);
      if (ctx.span.isRecording()) ctx.span.addEvent('Sent event', { type: event.type, bytes: frame.length });
      const wait = stream.send(frame);
      if (wait) await wait;
    }
    stream.close();
  } finally {
    clearTimeout(timer);
    stop();
    if (ctx !== req.ctx) ctx.span.end();
  }
}

/** An answer of status 200 without an end, or what the client asks to have instead: a websocket. */
async function openStream(req: Request, res: Response, { serializer }: OutputMediaType, onEnd: () => void): Promise<WebSocketStream | undefined> {
  if (res.socket && isWebSocketRequest(req.headers)) {
    const stream = await acceptWebSocket(req, res, res.socket, { text: serializer.identifier === 'json', onEnd });
    // a message has a length of its own
    return stream && serializer.identifier === 'protobuf' ? { ...stream, send: (message) => stream.send(message.subarray(LENGTH_BYTES)) } : stream;
  }
  res.status(200).setHeader('Content-Type', serializer.streamMediaType ?? serializer.mediaType);
  res.flushHeaders();
  return new ResponseStream(res);
}

class ResponseStream implements WebSocketStream {
  readonly #res: Response;

  constructor(res: Response) {
    this.#res = res;
  }

  send(message: Uint8Array): Promise<void> | undefined {
    return this.#res.write(message) ? undefined : drained(this.#res);
  }

  close(): void {
    this.#res.end();
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
