/**
 * One watch on one stream of its own: a stream that carries a compacted watch stops answering progress requests.
 *
 * Upstream: go.etcd.io/etcd/client/v3/watch.go. Leaves out resuming: a watch whose connection is lost throws, and its
 * user, who knows what it has seen, starts another.
 */
import type { ClientDuplexStream } from '@grpc/grpc-js';
import { EtcdRequestError, EtcdUnavailableError } from '../../storage/etcd/client.ts';
import type { EtcdWatch, WatchRequest, WatchResponse } from '../../storage/etcd/client.ts';
import type { EtcdConnection } from './connection.ts';
import { isServiceError, toEtcdError } from './errors.ts';
import { decodeEvent, encodeKeys } from './messages.ts';
import type { Method, WireWatchResponse } from './protocol.ts';

/** Etcd leaves a progress request unanswered while the watch is behind; it is repeated at this interval. */
const progressInterval = 200;

type Stream = ClientDuplexStream<object, WireWatchResponse>;

export function newGrpcWatch(
  connection: EtcdConnection,
  method: Method<WireWatchResponse>,
  request: WatchRequest,
  onEnd: (watch: EtcdWatch) => void,
): EtcdWatch {
  const cancelled = new AbortController();
  let stream: Stream | undefined;
  let failure: Error | undefined;
  let progressTimer: ReturnType<typeof setInterval> | undefined;
  const opening = open();
  // It is the consumer who is to hear of a failure.
  opening.catch(() => undefined);

  async function open(): Promise<Stream> {
    stream = await connection.stream(method, cancelled.signal);
    // An iteration that begins after the failure is not told by the stream.
    stream.on('error', (err) => (failure ??= err));
    const { startRevision, prevKv, progressNotify } = request;
    stream.write({ createRequest: { ...encodeKeys(request), startRevision, prevKv, progressNotify } });
    return stream;
  }

  function askForProgress(): void {
    stream?.write({ progressRequest: {} });
  }

  function stopAsking(): void {
    clearInterval(progressTimer);
    progressTimer = undefined;
  }

  const watch: EtcdWatch = {
    requestProgress() {
      if (cancelled.signal.aborted) return;
      askForProgress();
      progressTimer ??= setInterval(askForProgress, progressInterval);
    },
    cancel() {
      cancelled.abort();
      stopAsking();
      stream?.cancel();
      onEnd(watch);
    },
    async *[Symbol.asyncIterator]() {
      try {
        // grpc-js types what it streams as any
        const messages: AsyncIterable<WireWatchResponse> = await opening;
        for await (const message of messages) {
          const response = decode(message);
          if (response.events.length === 0 && !message.created) stopAsking();
          yield response;
          if (response.compactRevision !== undefined || cancelled.signal.aborted) return;
        }
        if (!cancelled.signal.aborted) throw failure ?? new EtcdUnavailableError('etcd ended the watch');
      } catch (err) {
        if (!cancelled.signal.aborted) throw isServiceError(err) ? toEtcdError(err) : err;
      } finally {
        watch.cancel();
      }
    },
  };
  return watch;
}

function decode({ header, canceled, compactRevision, cancelReason, events }: WireWatchResponse): WatchResponse {
  const compacted = compactRevision.toNumber();
  if (canceled && compacted > 0) return { revision: compacted, events: [], compactRevision: compacted };
  if (canceled) throw new EtcdRequestError(`etcd refused the watch: ${cancelReason}`);
  // The header's revision may be that of events that are still to come.
  const last = events.at(-1);
  return { revision: (last?.kv.modRevision ?? header.revision).toNumber(), events: events.map(decodeEvent) };
}
