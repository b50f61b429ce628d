/**
 * How requests of a client reach a server: one function, so that the same client works in the page (through its host of
 * stages), in the server's own process, and over the network.
 *
 * Upstream: net/http.RoundTripper, as k8s.io/client-go/transport wraps it.
 */
export interface HTTPRequest {
  method: string;
  /** Path and query. */
  path: string;
  headers: Record<string, string>;
  body?: string;
}

/** What `fetch` answers is one. */
export interface HTTPResponse {
  status: number;
  headers: Iterable<[string, string]>;
  body: ReadableStream<Uint8Array> | null;
}

/** Resolves with the head of the answer; an aborted signal ends the body, too. */
export type Transport = (request: HTTPRequest, signal?: AbortSignal) => Promise<HTTPResponse>;

/** Over `fetch`, to a server such as `https://127.0.0.1:6443`. */
export function newFetchTransport(server: string, fetch: typeof globalThis.fetch = globalThis.fetch): Transport {
  return ({ path, ...request }, signal) => fetch(server + path, { ...request, ...(signal && { signal }) });
}

/** Says with every request who asks. */
export function withBearerToken(transport: Transport, token: string): Transport {
  return (request, signal) => transport({ ...request, headers: { ...request.headers, authorization: `Bearer ${token}` } }, signal);
}
