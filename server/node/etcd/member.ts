/** One member of an etcd cluster, over gRPC: whether it is connected, and one call to it. */
import { Client, connectivityState, credentials } from '@grpc/grpc-js';
import type { ChannelOptions } from '@grpc/grpc-js';
import { EtcdRequestError } from '../../storage/etcd/client.ts';
import type { EtcdConnectionOptions } from './connection.ts';
import { isServiceError, toEtcdError } from './errors.ts';
import type { Method } from './protocol.ts';

/** How long a call waits for its answer. */
const callTimeout = 60_000;
/** What is larger is not sent; etcd would not take it. */
const maxSendBytes = 2 * 1024 * 1024;

const channelOptions: ChannelOptions = {
  'grpc.max_receive_message_length': -1,
  'grpc.max_send_message_length': -1,
  'grpc.keepalive_time_ms': 30_000,
  'grpc.keepalive_timeout_ms': 10_000,
  // A restarted etcd is to be found again soon.
  'grpc.initial_reconnect_backoff_ms': 100,
  'grpc.max_reconnect_backoff_ms': 500,
  'grpc.enable_http_proxy': 0,
};

export function newClient(endpoint: string, { ca, cert, key }: EtcdConnectionOptions): Client {
  const [, scheme, address] = /^(https?):\/\/([^/]+:\d+)\/?$/.exec(endpoint) ?? [];
  if (!address) throw new Error(`etcd endpoint "${endpoint}" is not of the form http://HOST:PORT or https://HOST:PORT`);
  const channel = scheme === 'https' ? credentials.createSsl(pem(ca), pem(key), pem(cert)) : credentials.createInsecure();
  return new Client(address, channel, channelOptions);
}

function pem(text: Uint8Array | string | undefined): Buffer | null {
  return text === undefined ? null : Buffer.from(text);
}

/** Asking also makes an idle channel connect. */
export function isConnected(client: Client): boolean {
  return client.getChannel().getConnectivityState(true) === connectivityState.READY;
}

export function becomesReady(client: Client, timeout: number): Promise<Client> {
  return new Promise((resolve, reject) => {
    client.waitForReady(Date.now() + timeout, (err) => (err ? reject(err) : resolve(client)));
  });
}

export function callOnce<R>(client: Client, method: Method<R>, request: object, signal?: AbortSignal): Promise<R> {
  return new Promise((resolve, reject) => {
    const { path, serialize, deserialize } = method;
    const message = serialize(request);
    if (message.length > maxSendBytes) throw new EtcdRequestError(`rpc error: code = ResourceExhausted desc = trying to send message larger than max (${message.length} vs. ${maxSendBytes})`);
    const deadline = Date.now() + callTimeout;
    const call = client.makeUnaryRequest(path, (bytes: Buffer) => bytes, deserialize, message, { deadline }, (err, response) => {
      signal?.removeEventListener('abort', cancel);
      if (response !== undefined) resolve(response);
      else if (signal?.aborted) reject(signal.reason);
      else reject(isServiceError(err) ? toEtcdError(err) : new Error('etcd answered nothing', { cause: err }));
    });
    function cancel(): void {
      call.cancel();
    }
    signal?.addEventListener('abort', cancel);
  });
}
