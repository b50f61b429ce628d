/**
 * A client of one resource at a time: the verbs, as paths and bodies. A server that is busy, and says when it will not be,
 * is asked again then.
 *
 * Upstream: k8s.io/client-go/rest (Request, withRetry) and client-go/dynamic (ResourceInterface). Leaves out protobuf,
 * warnings, and limiting the client's own rate.
 */
import type { KubeList, KubeObject } from '../apimachinery/types.ts';
import type { WithDelayedExecution } from './clock.ts';
import { realClock, sleep } from './clock.ts';
import { UnreachableError, fromBody } from './errors.ts';
import type { HTTPRequest, HTTPResponse, Transport } from './transport.ts';
import type { Watch } from './watch.ts';
import { newStreamWatcher } from './watch.ts';

/** Where objects of a type are; the type is only for the compiler. */
export interface APIResource<T extends KubeObject = KubeObject> {
  group: string;
  version: string;
  resource: string;
  readonly type?: T;
}

export interface ListOptions {
  labelSelector?: string;
  fieldSelector?: string;
  resourceVersion?: string;
  resourceVersionMatch?: 'Exact' | 'NotOlderThan';
  limit?: number;
  continue?: string;
  timeoutSeconds?: number;
}

export interface WatchOptions extends ListOptions {
  allowWatchBookmarks?: boolean;
  sendInitialEvents?: boolean;
}

export interface DeleteOptions {
  gracePeriodSeconds?: number;
  propagationPolicy?: 'Orphan' | 'Background' | 'Foreground';
  preconditions?: { uid?: string; resourceVersion?: string };
}

export type PatchType = 'json-patch' | 'merge-patch' | 'strategic-merge-patch' | 'apply-patch';

/** The verbs on one resource, in one namespace or in none. */
export interface ResourceClient<T extends KubeObject> {
  list(options?: ListOptions, signal?: AbortSignal): Promise<KubeList<T>>;
  watch(options?: WatchOptions, signal?: AbortSignal): Promise<Watch<T>>;
  get(name: string): Promise<T>;
  create(obj: T, subresource?: string): Promise<T>;
  update(obj: T, subresource?: string): Promise<T>;
  updateStatus(obj: T): Promise<T>;
  patch(name: string, type: PatchType, patch: unknown, subresource?: string): Promise<T>;
  delete(name: string, options?: DeleteOptions): Promise<void>;
  deleteCollection(options?: DeleteOptions, listOptions?: ListOptions): Promise<void>;
}

export interface RESTClient {
  /** Any request; answers the decoded body. */
  do(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<unknown>;
  resource<T extends KubeObject>(resource: APIResource<T>, namespace?: string): ResourceClient<T>;
}

export interface RESTClientOptions {
  transport: Transport;
  userAgent: string;
  /** Of objects that are read only their metadata are asked for. */
  metadataOnly?: boolean;
  clock?: WithDelayedExecution;
}

const MAX_RETRIES = 10;

const JSON_MEDIA_TYPE = 'application/json';
const metadataAs = (kind: string) => ({ accept: `${JSON_MEDIA_TYPE};as=${kind};g=meta.k8s.io;v=v1,${JSON_MEDIA_TYPE}` });

export function newRESTClient({ transport, userAgent, metadataOnly = false, clock = realClock }: RESTClientOptions): RESTClient {
  /** The answer, once it is one: as often as the server asks to come again, that is done. */
  async function send(request: HTTPRequest, signal?: AbortSignal): Promise<HTTPResponse> {
    const headers = { accept: JSON_MEDIA_TYPE, 'user-agent': userAgent, ...request.headers };
    for (let retry = 0; ; retry++) {
      const response = await transport({ ...request, headers }, signal).catch((err: unknown) => {
        throw new UnreachableError(err);
      });
      if (response.status < 400) return response;
      const body = await text(response);
      const wait = retryAfter(response);
      if (wait === undefined || retry === MAX_RETRIES || signal?.aborted) throw fromBody(response.status, body);
      await sleep(clock, wait, signal);
    }
  }

  async function json<A>(method: string, path: string, body?: unknown, headers: Record<string, string> = {}, signal?: AbortSignal): Promise<A> {
    const content = body === undefined ? {} : { body: JSON.stringify(body) };
    const answer = await text(await send({ method, path, headers: { ...(body !== undefined && { 'content-type': JSON_MEDIA_TYPE }), ...headers }, ...content }, signal));
    // what a server answers is what its API says that it is
    return JSON.parse(answer) as A;
  }

  const one = metadataOnly ? metadataAs('PartialObjectMetadata') : {};
  const many = metadataOnly ? metadataAs('PartialObjectMetadataList') : {};

  return {
    do: (method, path, body, headers) => json<unknown>(method, path, body, headers),
    resource<T extends KubeObject>({ group, version, resource }: APIResource<T>, namespace = ''): ResourceClient<T> {
      const root = `${group === '' ? '/api' : `/apis/${group}`}/${version}${namespace === '' ? '' : `/namespaces/${namespace}`}/${resource}`;
      const named = (name = '', subresource = '') => `${root}/${encodeURIComponent(name)}${subresource && `/${subresource}`}`;
      return {
        list: async (options = {}, signal) => withKinds(await json<KubeList<T>>('GET', root + query(options), undefined, many, signal)),
        async watch(options = {}, signal) {
          const { body } = await send({ method: 'GET', path: root + query({ ...options, watch: true }), headers: one }, signal);
          return newStreamWatcher<T>(body ?? new ReadableStream({ start: (controller) => controller.close() }));
        },
        get: (name) => json<T>('GET', named(name), undefined, one),
        create: (obj, subresource) => json<T>('POST', subresource === undefined ? root : named(obj.metadata.name, subresource), obj),
        update: (obj, subresource) => json<T>('PUT', named(obj.metadata.name, subresource), obj),
        updateStatus: (obj) => json<T>('PUT', named(obj.metadata.name, 'status'), obj),
        patch: (name, type, patch, subresource) => json<T>('PATCH', named(name, subresource), patch, { 'content-type': `application/${type}+${type === 'apply-patch' ? 'yaml' : 'json'}` }),
        delete: async (name, options) => void (await json('DELETE', named(name), options && { apiVersion: 'v1', kind: 'DeleteOptions', ...options })),
        deleteCollection: async (options, listOptions = {}) => void (await json('DELETE', root + query(listOptions), options && { apiVersion: 'v1', kind: 'DeleteOptions', ...options })),
      };
    },
  };
}

/** The items of a list do not say what they are; those of a watch do. Of none, some servers' lists say `null`. */
function withKinds<T extends KubeObject>(list: KubeList<T> & { items: T[] | null }): KubeList<T> {
  const { apiVersion, items } = list;
  const kind = list.kind.replace(/List$/, '');
  return { ...list, items: (items ?? []).map((item) => ({ ...item, apiVersion: item.apiVersion ?? apiVersion, kind: item.kind ?? kind })) };
}

function query(options: WatchOptions & { watch?: boolean }): string {
  const given = Object.entries(options).filter(([, value]) => value !== undefined && value !== '' && value !== 0);
  return given.length === 0 ? '' : `?${new URLSearchParams(given.map(([name, value]): [string, string] => [name, String(value)])).toString()}`;
}

/** Milliseconds after which a server that cannot answer now wants to be asked again. */
function retryAfter({ status, headers }: HTTPResponse): number | undefined {
  if (status !== 429 && status < 500) return undefined;
  const value = [...headers].find(([name]) => name.toLowerCase() === 'retry-after')?.[1];
  return value !== undefined && /^\d{1,6}$/.test(value) ? Number(value) * 1000 : undefined;
}

async function text({ body }: HTTPResponse): Promise<string> {
  return body ? new Response(body as ReadableStream<Uint8Array<ArrayBuffer>>).text() : '';
}
