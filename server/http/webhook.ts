/**
 * Asks another server, as kube-apiserver asks its webhooks for authentication and authorization: a review goes out as
 * JSON, and comes back answered.
 *
 * Upstream: k8s.io/apiserver/pkg/util/webhook/webhook.go, and of k8s.io/client-go/rest/request.go what turns an answer
 * into an object or an error. Leaves out waiting for as long as an answer asks to (Retry-After), and answers in YAML.
 */
import { isFields } from '../apimachinery/access.ts';
import { marshalJSON, quote } from '../apimachinery/quote.ts';
import { newScheme } from '../apimachinery/scheme.ts';
import { newNotRegistered } from '../apimachinery/serializer/decode-error.ts';
import { parseJSON } from '../apimachinery/serializer/json-reader.ts';
import { gvkWithDefaults, interpret } from '../apimachinery/serializer/object-decoder.ts';
import { formatGroupVersion, parseGroupVersion } from '../apimachinery/types.ts';
import type { KubeObject } from '../apimachinery/types.ts';
import { sleep } from './sleep.ts';

export interface WebhookAnswer {
  status: number;
  contentType: string;
  body: string;
}

/** Posts to the one address of a webhook; throws where there is no answer. Made by the place that a server runs in. */
export type PostToWebhook = (body: string, signal: AbortSignal) => Promise<WebhookAnswer>;

export interface WebhookBackoff {
  /** Calls in all. */
  steps: number;
  /** Milliseconds before the second call; each later wait is longer by `factor`, and by up to `jitter` of itself. */
  duration: number;
  factor: number;
  jitter: number;
}

const defaultWebhookBackoff: WebhookBackoff = { steps: 5, duration: 500, factor: 1.5, jitter: 0.2 };

export const WEBHOOK_TIMEOUT = 30_000;

export interface CallOptions {
  backoff?: WebhookBackoff;
  /** Milliseconds for all calls that are made for one answer. */
  timeout?: number;
  /** Milliseconds for each of them. */
  callTimeout?: number;
  /** Ends when nobody wants the answer any more. */
  signal?: AbortSignal;
}

/** Calls again where another call may help. */
export async function callWebhook<T extends KubeObject>(post: PostToWebhook, review: T, options: CallOptions = {}): Promise<KubeObject> {
  const { backoff = defaultWebhookBackoff, timeout, callTimeout = WEBHOOK_TIMEOUT } = options;
  const signal = AbortSignal.any([...(options.signal ? [options.signal] : []), ...(timeout === undefined ? [] : [AbortSignal.timeout(timeout)])]);
  const call = async () => decode(await post(`${marshalJSON(review)}\n`, AbortSignal.any([signal, AbortSignal.timeout(callTimeout)])), review);
  return withExponentialBackoff(call, backoff, shouldRetry, signal);
}

/** What the last call threw is thrown. */
export async function withExponentialBackoff<T>(call: () => Promise<T>, backoff: WebhookBackoff, shouldRetry: (err: unknown) => boolean, signal?: AbortSignal): Promise<T> {
  for (let step = 1, wait = backoff.duration; ; step++, wait *= backoff.factor) {
    try {
      return await call();
    } catch (err) {
      if (step === backoff.steps || signal?.aborted || !shouldRetry(err)) throw err;
      await sleep(wait * (1 + Math.random() * backoff.jitter), signal);
      if (signal?.aborted) throw err;
    }
  }
}

/** A webhook's answer that is none. */
class WebhookError extends Error {
  override name = 'WebhookError';
  readonly status: number;
  readonly reason: string;

  constructor(status: number, reason: string, message: string) {
    super(message);
    this.status = status;
    this.reason = reason;
  }
}

function shouldRetry(err: unknown): boolean {
  if (err instanceof WebhookError) return [429, 500, 504].includes(err.status) || ['InternalError', 'Timeout', 'TooManyRequests', 'ServerTimeout'].includes(err.reason);
  return err instanceof Error && 'code' in err && err.code === 'ECONNRESET';
}

/** The error that an answer's status stands for. */
export function throwUnlessSuccessful({ status, contentType, body }: WebhookAnswer): void {
  if (status < 200 || status > 206) throw errorOf(status, contentType, body, parse(body));
}

/** Upstream's name of the scheme that says of which kind an answer can be at all. */
const CLIENT_SCHEME = 'k8s.io/client-go/kubernetes/scheme/register.go:82';

function decode(answer: WebhookAnswer, { apiVersion, kind }: KubeObject): KubeObject {
  throwUnlessSuccessful(answer);
  const { status, contentType, body } = answer;
  const object = parse(body);
  if (body === '') throw new Error(`0-length response with status code: ${status} and content type: ${contentType}`);
  if (object === undefined) throw notAnObject(body);
  // what is left out is taken for what was sent
  const wanted = { group: '', version: '', ...parseGroupVersion(apiVersion), kind };
  const gvk = gvkWithDefaults(interpret(object), wanted);
  if (formatGroupVersion(gvk) !== apiVersion || gvk.kind !== kind) {
    // reviews have had versions that are not served any more
    const isReview = gvk.group === wanted.group && gvk.kind === kind && ['v1', 'v1beta1'].includes(gvk.version);
    if (!isReview && !newScheme().recognizes(gvk)) throw newNotRegistered(gvk, CLIENT_SCHEME);
    throw new Error(`converting (${gvk.version}.${gvk.kind}) to (${wanted.version}.${kind}): unknown conversion`);
  }
  return { ...object, apiVersion, kind, metadata: {} };
}

function parse(body: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(body);
    return isFields(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Go's words for it: what does not look like an object is read as YAML, a string as a rule. */
function notAnObject(body: string): Error {
  try {
    const looksLikeOne = body.trimStart().startsWith('{');
    interpret(looksLikeOne ? parseJSON(body) : '');
    return new Error('the answer is no object');
  } catch (err) {
    const message = err instanceof Error ? err.message : String(err);
    return err instanceof SyntaxError ? new Error(`couldn't get version/kind; json parse error: ${message}`) : new Error(message);
  }
}

const MOST_OF_A_TEXT = 2048;

/** A Status that came says itself what is wrong; else the number does. */
function errorOf(status: number, contentType: string, body: string, object: Record<string, unknown> | undefined): WebhookError {
  if (object?.kind === 'Status' && object.status !== 'Success' && typeof object.message === 'string') {
    return new WebhookError(typeof object.code === 'number' ? object.code : status, String(object.reason ?? ''), object.message);
  }
  const isText = contentType === '' || contentType.startsWith('text/');
  const said = isText ? body.slice(0, MOST_OF_A_TEXT).trim() : 'unknown';
  if (status === 403 || status === 415) return new WebhookError(status, '', said);
  const unexpected = status >= 500 ? `an error on the server (${quote(said)}) has prevented the request from succeeding` : `the server responded with the status code ${status} but did not return more information`;
  return new WebhookError(status, status >= 500 && !(status in MESSAGES) ? 'InternalError' : '', MESSAGES[status] ?? unexpected);
}

const MESSAGES: Record<number, string> = {
  400: 'the server rejected our request for an unknown reason',
  401: 'the server has asked for the client to provide credentials',
  404: 'the server could not find the requested resource',
  405: 'the server does not allow this method on the requested resource',
  406: 'the server was unable to respond with a content type that the client supports',
  409: 'the server reported a conflict',
  422: 'the server rejected our request due to an error in our request',
  429: 'the server has received too many requests and has asked us to try again later',
  503: 'the server is currently unable to handle the request',
  504: 'the server was unable to return a response in the time allotted, but may still be processing the request',
};
