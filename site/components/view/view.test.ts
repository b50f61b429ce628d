import { describe, expect, test } from 'vitest';
import type { LabSpan } from '../../../server/observe/lab/messages.ts';
import type { StageRequest } from '../../runtime/stage-host.ts';
import type { Exchange } from '../exchange.ts';
import { duration, rowsOf } from '../span-tree.ts';
import { curl, headerText, kubectl, parseHeaders } from './commands.ts';
import { h, inFull, toHtml as write } from './h.ts';
import type { Child } from './h.ts';
import { base64 } from '../../../server/apimachinery/base64.ts';
import { fromBase64, hexDump } from './hex.ts';
import { jsonView, pretty } from './json.ts';
import { resultView } from './result.ts';
import { storeView } from './store.ts';
import { traceView } from './trace.ts';

const links = { source: (file: string, fn: string) => `/source/${file}/#${fn}`, upstream: () => undefined };
/** As a browser draws it. */
const toHtml = (child: Child) => write(child, 'full');
const text = (html: string) => html.replaceAll(/<[^>]+>/g, '').replaceAll('&quot;', '"').replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');

test('text is never read as markup, in elements nor in attributes', () => {
  const evil = `<img src=x onerror="alert(1)">&`;
  expect(toHtml(h('p', { title: evil, hidden: true, lang: undefined }, evil, [false, undefined, 1]))).toBe(
    '<p title="&lt;img src=x onerror=&quot;alert(1)&quot;&gt;&amp;" hidden>&lt;img src=x onerror="alert(1)"&gt;&amp;1</p>',
  );
});

describe('JSON', () => {
  test.each(['{"a":[1,-2.5e3,true,null,"x\\"y<b>"],"":{}}', '[]', '{"a":"ünï 😀"}'])('%s keeps every character while it is coloured', (json) => {
    const indented = pretty(json) ?? '';
    expect(text(toHtml(jsonView(indented)))).toBe(indented);
  });

  test('colours keys otherwise than strings', () => {
    expect(toHtml(jsonView('"k": "v"'))).toContain('<span class="j-key">"k"</span>: <span class="j-string">"v"</span>');
  });

  test.each(['', 'plain', '12', '{"a":'])('does not take %j for an object', (other) => {
    expect(pretty(other)).toBeUndefined();
  });

  test('is cut where it is longer than a reader reads', () => {
    expect(text(toHtml(jsonView(Array(300).fill('1').join('\n'))))).toContain('… 60 more lines');
  });
});

describe('a token in an answer', () => {
  const part = (value: unknown) => base64(new TextEncoder().encode(JSON.stringify(value))).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
  const answered = (token: string): Exchange => ({
    stage: 'x', request: { method: 'POST', path: '/', headers: {} }, traceId: 't', status: 201, headers: [['content-type', 'application/json']], body: JSON.stringify({ status: { token } }), arrivals: [], end: 'done', spans: [],
  });
  const shown = (token: string) => text(toHtml(resultView(answered(token), links)));

  test('is shown decoded', () => {
    const token = `${part({ alg: 'RS256' })}.${part({ sub: 'system:serviceaccount:default:röbot' })}.c2ln`;
    expect(shown(token)).toMatch(/The token, decoded.*"alg": "RS256".*"sub": "system:serviceaccount:default:röbot"/s);
  });

  test.each(['a.b.c', 'secret', `${part({})}.x.y`])('%s is not taken for one', (token) => {
    expect(shown(token)).not.toContain('decoded');
  });
});

test('bytes are shown as hex and as far as they can be read', () => {
  expect(hexDump(new TextEncoder().encode('k8s\0\n\x0cx'))).toBe('0000  6b 38 73 00 0a 0c 78                             k8s···x');
  expect(fromBase64(base64(Uint8Array.of(0, 255, 7)))).toEqual(Uint8Array.of(0, 255, 7));
});

function span(spanId: string, parentSpanId: string | undefined, start: number, end: number | undefined, file = '', attributes = {}): LabSpan {
  return { traceId: 't', spanId, ...(parentSpanId !== undefined && { parentSpanId }), name: spanId, start, ...(end !== undefined && { end }), attributes: { 'code.file.path': file, 'code.function.name': spanId, ...attributes }, events: [] };
}

const root = span('root', undefined, 100, 110, '', { 'http.request.method': 'GET', 'url.path': '/' });
const trace = [
  root,
  span('withA', 'root', 101, 109, 'server/filters/a.ts'),
  span('withB', 'withA', 102, 108, 'server/filters/b.ts'),
  span('token', 'withB', 103, 104, 'server/authentication/t.ts'),
  span('get', 'withB', 105, 107, 'server/endpoints/get.ts'),
  span('List', 'get', 106, 107, 'server/storage/cacher/cacher.ts'),
];

describe('a trace', () => {
  test('shows the chain flat and what a step does inside itself indented', () => {
    expect(rowsOf(trace).map((row) => `${row.depth} ${row.span.name} ${row.layer?.mark}`)).toEqual(['0 root So', '1 withA Fi', '1 withB Fi', '2 token Fi', '1 get Ha', '2 List Wc']);
  });

  test('tells the time that each step worked itself, and when', () => {
    const [first, , b] = rowsOf(trace);
    expect(first).toMatchObject({ total: 10, self: 2, work: [[0, 1], [9, 10]] });
    expect(b).toMatchObject({ total: 6, self: 3, work: [[2, 3], [4, 5], [7, 8]] });
  });

  test('whose root is missing still shows what there is', () => {
    expect(rowsOf(trace.slice(1)).map((row) => row.span.name)).toEqual(['withA', 'withB', 'token', 'get', 'List']);
  });

  test('lets a step that has not ended last until now', () => {
    expect(rowsOf([{ ...root, end: undefined }], 130)[0]).toMatchObject({ running: true, total: 30 });
  });

  test.each([[0.4, '0.40 ms'], [12.34, '12.3 ms'], [345.6, '346 ms'], [3210, '3.2 s'], [61_000, '61 s']])('writes %d milliseconds as %s', (ms, written) => {
    expect(duration(ms)).toBe(written);
  });
});

const made: Exchange = { stage: 'x', request: { method: 'GET', path: '/a?watch=true', headers: {} }, traceId: 't', status: 200, headers: [['Content-Type', 'application/json']], body: '', arrivals: [], end: 'open', spans: trace };

test('filters go by one row, until each is asked for', () => {
  const chain = ['a', 'b', 'c', 'd'].map((id, i) => span(`with-${id}`, i === 0 ? 'root' : `with-${'abcd'[i - 1]}`, 101 + i, 109 - i, `server/filters/${id}.ts`));
  const html = (spans: LabSpan[], filters = false) => toHtml(traceView(spans, links, { filters }));
  const beyond = html([root, ...chain, span('get', 'with-d', 105, 105.5, 'server/endpoints/get.ts')]);
  expect(text(beyond)).toContain('4 filters');
  expect(beyond.match(/data-in-group hidden/g)).toHaveLength(4);
  expect(write(traceView([root, ...chain, span('get', 'with-d', 105, 105.5, 'server/endpoints/get.ts')], links)).match(/<tr class="step/g)).toHaveLength(3);
  expect(html([root, ...chain])).not.toContain('data-in-group hidden');
  expect(html([root, ...chain, span('get', 'with-d', 105, 105.5, 'server/endpoints/get.ts')], true)).not.toContain('data-in-group hidden');
});

describe('times at work', () => {
  const bars = (spans: LabSpan[]) => [...toHtml(traceView(spans, links)).matchAll(/<([ib]) style="([^"]*)"/g)].map(([, tag, style]) => `${tag} ${style}`);

  test('are bars on the line of the whole', () => {
    expect(bars([root, span('inner', 'root', 101, 109)]).slice(0, 3)).toEqual(['i left:0%;width:100%', 'b left:0%;width:10%', 'b left:90%;width:10%']);
  });

  test('between which nobody could see a gap are one bar, which needs no line', () => {
    expect(bars([root, span('inner', 'root', 105, 105.01)])[0]).toBe('b left:0%;width:100%');
  });
});

describe('in the HTML of a page', () => {
  const item = { type: 'put' as const, key: '/registry/pods/a/b', createRevision: 1, modRevision: 1, version: 1, value: '', json: { kind: 'Pod' } };
  const result = { ...made, request: { ...made.request, path: '/a' }, body: '{"a":1}', end: 'done' as const };

  test('there is what can be read without scripts: rows, the answer as text, a line for what was stored before', () => {
    const html = write(resultView({ ...result, stored: [item, { ...item, key: '/registry/pods/a/new', modRevision: 3 }], revision: 3, baseline: 2 }, links));
    expect(html.match(/class="step"/g)).toHaveLength(6);
    expect(html).not.toContain('class="detail"');
    expect(html).toContain('data-json>{\n  "a": 1\n}</pre>');
    expect(html).not.toContain('class="body raw"');
    expect(html.match(/"kind": "Pod"/g)).toHaveLength(1);
    expect(html.match(/class="stored-line"/g)).toHaveLength(1);
  });

  test('a place that is drawn in full in a browser may stand empty', () => {
    expect(write(h('p', {}, inFull(() => 'full'), inFull(() => 'full', 'plain')))).toBe('<p>plain</p>');
  });
});

describe('a result', () => {
  test('shows each event of a watch as it came', () => {
    const body = '{"type":"ADDED","object":{"kind":"Pod","metadata":{"name":"a","resourceVersion":"7"}}}\n{"type":"BOOK';
    const html = text(toHtml(resultView({ ...made, body, arrivals: [1500] }, links)));
    expect(html).toContain('ADDEDPod a @7+1.5 s');
    expect(html).toContain('1 event so far; the answer stays open.');
  });

  test.each<{ end: Exchange['end']; error?: string; says: string }>([
    { end: 'done', says: '1 event, then the server ended the answer.' },
    { end: 'stopped', says: '1 event, then the client hung up.' },
    { end: 'stopped', error: 'the client hung up, since the stage now runs elsewhere', says: '1 event, then the client hung up, since the stage now runs elsewhere.' },
    { end: 'failed', error: 'network error', says: '1 event, then the connection was lost.' },
  ])('says how a watch ended: $says', ({ says, ...how }) => {
    const html = toHtml(resultView({ ...made, ...how, body: '{"type":"ADDED","object":{}}\n' }, links));
    expect(text(html)).toContain(says);
    expect(html.includes('role="alert"')).toBe(how.end === 'failed');
  });

  test('can be read as a grid: a level for each row, and below each what it knew', () => {
    const html = toHtml(resultView(made, links));
    expect(html).toContain('role="treegrid"');
    expect(html.match(/aria-level="2"/g)).toHaveLength(3);
    expect(html.match(/<tr class="detail"/g)).toHaveLength(6);
    expect(html).toContain('aria-label="from 1.00 ms to 9.00 ms"');
  });

  test('names the layers that the request met', () => {
    expect(toHtml(resultView(made, links))).toContain('data-layers="socket filters handler cacher"');
  });

  test('says why there is no answer', () => {
    const html = text(toHtml(resultView({ ...made, status: 0, end: 'failed', error: 'connection refused' }, links)));
    expect(html).not.toContain('live');
    expect(html).toContain('no answer');
    expect(html).toContain('connection refused');
  });
});

test('what is stored is shown by key, with revision and bytes', () => {
  const item = { type: 'put' as const, key: '/registry/pods/a/b', createRevision: 3, modRevision: 4, version: 2, value: base64(new TextEncoder().encode('k8s\0x')), json: { kind: 'Pod' } };
  const html = text(toHtml(storeView({ revision: 4, baseline: 2, stored: [item] })));
  expect(html).toContain('Revision 4, 1 key written since 2.');
  expect(html).toContain('created at 3, last written at 4, version 2');
  expect(html).toContain('6b 38 73 00 78');
});

test('what was stored before steps back', () => {
  const item = { type: 'put' as const, key: '/a', createRevision: 1, modRevision: 1, version: 1, value: '' };
  const html = toHtml(storeView({ revision: 2, baseline: 1, stored: [item] }));
  expect(html).toContain('1 older key');
  expect(text(html)).toContain('Revision 2, nothing written since the beginning.');
});

describe('a request as a command', () => {
  const request = (method: string, path: string, body?: string, type?: string): StageRequest => ({ method, path, headers: type === undefined ? {} : { 'Content-Type': type }, ...(body !== undefined && { body }) });
  const asAdmin = (...args: Parameters<typeof request>) => ({ ...request(...args), user: 'admin' });

  test.each([
    [request('GET', '/api/v1/pods?limit=1'), `curl --cacert "$CA" "$SERVER"'/api/v1/pods?limit=1'`],
    [request('GET', '/a?watch=1'), `curl --cacert "$CA" -N "$SERVER"'/a?watch=1'`],
    [request('POST', '/a', `it's`, 'text/plain'), `curl --cacert "$CA" -H 'Content-Type: text/plain' --data-binary 'it'\\''s' "$SERVER"'/a'`],
    [{ ...request('DELETE', '/a'), user: 'alice' }, `curl --cacert "$CA" -X DELETE -H "Authorization: Bearer $TOKEN" "$SERVER"'/a'`],
  ])('for curl: %o', (made, command) => {
    expect(curl(made)).toBe(command);
  });

  test('for curl, ready to be pasted where the stage runs on this machine', () => {
    const target = { base: 'http://127.0.0.1:8080/stages/watch', token: 'secret' };
    expect(curl(asAdmin('GET', '/a?b'), target)).toBe(`curl -H 'Authorization: Bearer secret' 'http://127.0.0.1:8080/stages/watch/a?b'`);
    expect(curl({ ...asAdmin('GET', '/a'), headers: { Authorization: 'Bearer guess' } }, target)).toBe(`curl -H 'Authorization: Bearer guess' 'http://127.0.0.1:8080/stages/watch/a'`);
  });

  test.each([
    [asAdmin('GET', '/version'), `kubectl --context watch get --raw '/version'`],
    [{ ...request('GET', '/version'), user: 'alice' }, `kubectl --context watch-alice get --raw '/version'`],
    [asAdmin('DELETE', '/api/v1/namespaces/a/pods/b'), `kubectl --context watch delete --raw '/api/v1/namespaces/a/pods/b'`],
    [asAdmin('POST', '/api/v1/namespaces/a/pods', '{"kind":"Pod"}'), `kubectl --context watch create --raw '/api/v1/namespaces/a/pods' -f - <<'EOF'\n{"kind":"Pod"}\nEOF`],
    [asAdmin('PATCH', '/api/v1/namespaces/a/pods/b', '{}', 'application/merge-patch+json'), `kubectl --context watch patch pods b -n a --type merge -p '{}'`],
    [asAdmin('PATCH', '/api/v1/namespaces/default/pods/b?fieldManager=x', 'kind: Pod', 'application/apply-patch+yaml'), `kubectl --context watch apply --server-side --field-manager='x' -f - <<'EOF'\nkind: Pod\nEOF`],
    [asAdmin('PATCH', '/api/v1/namespaces/default/pods/b?force=true', 'kind: Pod', 'application/apply-patch+yaml'), `kubectl --context watch apply --server-side --force-conflicts -f - <<'EOF'\nkind: Pod\nEOF`],
    [asAdmin('PATCH', '/api/v1/namespaces/default/pods/b?dryRun=All', '{}', 'application/merge-patch+json'), `kubectl --context watch patch pods b --dry-run=server --type merge -p '{}'`],
    [asAdmin('PATCH', '/api/v1/namespaces/default/pods/b?pretty=1', '{}', 'application/merge-patch+json'), undefined],
    [asAdmin('POST', '/api/v1/namespaces/a/pods', 'kind: Pod', 'application/yaml'), undefined],
    [asAdmin('POST', '/api/v1/namespaces/a/pods', '{"kind":'), undefined],
    [request('GET', '/version'), undefined],
    [{ ...asAdmin('GET', '/apis'), headers: { Accept: 'application/yaml' } }, undefined],
  ])('for kubectl: %o', (made, command) => {
    expect(kubectl('watch', made)).toBe(command);
  });

  test('its headers are written one to a line, and read again', () => {
    const headers = { Accept: 'a/b;v=1', 'X-Time': '10:30' };
    expect(parseHeaders(headerText(headers))).toEqual(headers);
    expect(() => parseHeaders('no colon')).toThrow('a header is written "Name: value"');
  });
});
