/** The answer of a request: its status, headers and body; a watch's answer event by event. */
import { eventLines, headerOf, isWatch } from '../exchange.ts';
import type { Exchange } from '../exchange.ts';
import { duration } from '../span-tree.ts';
import { h, inFull } from './h.ts';
import type { Child, Fragment } from './h.ts';
import { fromBase64, hexDump } from './hex.ts';
import { jsonView, pretty } from './json.ts';

const reasons: Record<number, string> = {
  200: 'OK', 201: 'Created', 202: 'Accepted', 204: 'No Content', 301: 'Moved Permanently', 304: 'Not Modified', 400: 'Bad Request',
  401: 'Unauthorized', 403: 'Forbidden', 404: 'Not Found', 405: 'Method Not Allowed', 406: 'Not Acceptable', 409: 'Conflict', 410: 'Gone',
  413: 'Request Entity Too Large', 415: 'Unsupported Media Type', 422: 'Unprocessable Entity', 429: 'Too Many Requests',
  500: 'Internal Server Error', 501: 'Not Implemented', 503: 'Service Unavailable', 504: 'Gateway Timeout',
};

export function statusView(made: Exchange): Fragment {
  if (made.status === 0 && made.end === 'open') return h('span', { class: 'status waiting' }, 'waiting');
  if (made.status === 0) return h('span', { class: 'status', 'data-class': '5' }, 'no answer');
  return h('span', { class: 'status', 'data-class': String(made.status).charAt(0) }, h('b', {}, made.status), ` ${reasons[made.status] ?? ''}`);
}

export function answerView(made: Exchange): Fragment {
  return h(
    'div',
    { class: 'answer' },
    made.error !== undefined && made.end === 'failed' && h('p', { class: 'failure', role: 'alert' }, made.error),
    made.headers.length > 0 && headersView(made.headers),
    isWatch(made.request) && made.status === 200 ? eventsView(made) : bodyView(made),
  );
}

function headersView(headers: readonly [string, string][]): Fragment {
  const first = headers.find(([name]) => name.toLowerCase() === 'content-type');
  return h(
    'details',
    { class: 'headers', 'data-key': 'headers' },
    h('summary', {}, `${headers.length} headers`, first && h('code', {}, first[1])),
    h('dl', {}, headers.map(([name, value]) => [h('dt', {}, name), h('dd', {}, value)])),
  );
}

function bodyView(made: Exchange): Child {
  if (made.body === '' && made.end === 'stopped') return h('p', { class: 'quiet' }, `The answer was not read: ${made.error ?? 'the client hung up'}.`);
  if (made.body === '') return made.status > 0 && made.end !== 'open' && h('p', { class: 'quiet' }, 'The answer has no body.');
  if (made.binary) return h('pre', { class: 'body', tabindex: 0 }, hexDump(fromBase64(made.body)));
  const indented = pretty(made.body);
  if (indented === undefined) return h('pre', { class: 'body', tabindex: 0 }, made.body);
  return [
    jsonView(indented, { class: 'body pretty' }),
    indented.length < 20_000 && inFull(() => h('pre', { class: 'body raw', tabindex: 0 }, made.body)),
    tokenView(made.body),
  ];
}

/** A token that was issued says what it is good for, to anybody who can decode base64. */
function tokenView(body: string): Child {
  const [, header = '', claims = ''] = /"token":"([\w-]+)\.([\w-]+)\.[\w-]+"/.exec(body) ?? [];
  if (claims === '') return undefined;
  const parts = [header, claims].map(decodedPart);
  if (parts.includes(undefined)) return undefined;
  return h('details', { class: 'token', open: true }, h('summary', {}, 'The token, decoded'), parts.map((part = '') => jsonView(part, { class: 'body' })));
}

/** Undefined where a part is no JSON: not everything with dots is a token. */
function decodedPart(text: string): string | undefined {
  try {
    return pretty(new TextDecoder().decode(fromBase64(text.replaceAll('-', '+').replaceAll('_', '/'))));
  } catch {
    return undefined;
  }
}

function eventsView(made: Exchange): Child {
  const lines = eventLines(made);
  return [
    h('ol', { class: 'events', 'aria-live': 'polite' }, lines.map((line, index) => eventView(line, index, made.arrivals[index]))),
    h('p', { class: 'quiet' }, ending(made, lines.length)),
  ];
}

function eventView(line: string, index: number, arrival: number | undefined): Fragment {
  const { type, what } = aboutEvent(line);
  return h(
    'li',
    {},
    h(
      'details',
      { 'data-key': `event ${index}` },
      h('summary', {}, h('span', { class: 'event-type', 'data-type': type }, type), h('span', { class: 'what' }, what), arrival !== undefined && h('time', {}, `+${duration(arrival)}`)),
      jsonView(pretty(line) ?? line, { class: 'body' }),
    ),
  );
}

interface SomeEvent {
  type?: unknown;
  object?: { kind?: unknown; message?: unknown; metadata?: { name?: unknown; resourceVersion?: unknown } };
}

function aboutEvent(line: string): { type: string; what: string } {
  try {
    const event = JSON.parse(line) as SomeEvent;
    const { kind = '', message, metadata = {} } = event.object ?? {};
    const { name, resourceVersion } = metadata;
    const version = resourceVersion === undefined ? '' : `@${String(resourceVersion)}`;
    return { type: String(event.type), what: [kind, name, version, message].filter((part) => part !== undefined && part !== '').join(' ') };
  } catch {
    return { type: '?', what: line.slice(0, 80) };
  }
}

function ending(made: Exchange, count: number): string {
  const events = `${count} ${count === 1 ? 'event' : 'events'}`;
  if (made.end === 'open') return `${events} so far; the answer stays open.`;
  if (made.end === 'stopped') return `${events}, then ${made.error ?? 'the client hung up'}.`;
  return made.end === 'failed' ? `${events}, then the connection was lost.` : `${events}, then the server ended the answer.`;
}

export function contentType(made: Exchange): string {
  return headerOf(made, 'content-type') ?? '';
}
