/** Input that nobody should send: a proper Status comes back, nothing is stored, and the process lives. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startStage } from '../stage-process.ts';
import type { StageProcess } from '../stage-process.ts';
import { request } from './request.ts';
import type { Headers } from './request.ts';

const configMaps = '/api/v1/namespaces/default/configmaps';
const json = { 'content-type': 'application/json' };
const protobuf = { 'content-type': 'application/vnd.kubernetes.protobuf' };
const object = (more: object = {}) => JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'bad' }, ...more });
const big = (bytes: number) => object({ data: { a: 'x'.repeat(bytes) } });
const magic = (...bytes: number[]) => new Uint8Array([0x6b, 0x38, 0x73, 0, ...bytes]);

interface Case {
  what: string;
  method?: string;
  path?: string;
  headers?: Headers;
  body?: string | Uint8Array;
  code: number;
  reason: string;
  message?: RegExp;
}

const bodies: Case[] = [
  { what: 'an empty body', body: '', code: 400, reason: 'BadRequest' },
  { what: 'malformed JSON', body: '{"kind":', code: 400, reason: 'BadRequest', message: /unexpected end of JSON input|unexpected EOF/ },
  { what: 'JSON with a tail', body: `${object()}}`, code: 400, reason: 'BadRequest', message: /invalid character '}' after top-level value/ },
  { what: 'JSON that is no object', body: '[1,2]', code: 400, reason: 'BadRequest' },
  { what: 'JSON nested ten thousand times', body: `{"kind":"ConfigMap","apiVersion":"v1","data":${'['.repeat(20_000)}${']'.repeat(20_000)}}`, code: 400, reason: 'BadRequest' },
  { what: 'YAML nested ten thousand times', headers: { 'content-type': 'application/yaml' }, body: `kind: ConfigMap\ndata: ${'['.repeat(20_000)}${']'.repeat(20_000)}`, code: 400, reason: 'BadRequest' },
  { what: 'a number where a string belongs', body: object({ data: { a: 1 } }), code: 400, reason: 'BadRequest', message: /cannot unmarshal number into Go struct field ConfigMap\.data of type string/ },
  { what: 'a string where an object belongs', body: object({ metadata: 'bad' }), code: 400, reason: 'BadRequest', message: /cannot unmarshal string into Go struct field/ },
  { what: '__proto__ as a field', body: '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"bad"},"__proto__":{"a":"b"},"data":{"a":7}}', code: 400, reason: 'BadRequest' },
  { what: 'no kind', body: '{"metadata":{"name":"bad"},"data":{"a":1}}', code: 400, reason: 'BadRequest' },
  { what: 'another kind', body: object({ kind: 'Secret' }), code: 400, reason: 'BadRequest', message: /Secret in version "v1" cannot be handled as a ConfigMap/ },
  { what: 'an unknown kind', body: object({ kind: 'Thing' }), code: 400, reason: 'BadRequest', message: /no kind "Thing" is registered for version "v1"|cannot be handled as a ConfigMap/ },
  { what: 'another namespace', body: object({ metadata: { name: 'bad', namespace: 'other' } }), code: 400, reason: 'BadRequest', message: /the namespace of the provided object does not match the namespace sent on the request/ },
  { what: 'no name', body: object({ metadata: {} }), code: 422, reason: 'Invalid', message: /name or generateName is required/ },
  { what: 'a name that walks', body: object({ metadata: { name: '../etc' } }), code: 422, reason: 'Invalid', message: /metadata\.name: Invalid value: "\.\.\/etc"/ },
  { what: 'a name of 254 characters', body: object({ metadata: { name: 'a'.repeat(254) } }), code: 422, reason: 'Invalid', message: /must be no more than 253 (bytes|characters)/ },
  { what: 'a resourceVersion at create', body: object({ metadata: { name: 'bad', resourceVersion: '1' } }), code: 500, reason: '', message: /resourceVersion should not be set on objects to be created/ },
  { what: 'an unknown field, strictly', path: `${configMaps}?fieldValidation=Strict`, body: object({ colour: 'red' }), code: 400, reason: 'BadRequest', message: /strict decoding error: unknown field "colour"/ },
  { what: 'a field twice, strictly', path: `${configMaps}?fieldValidation=Strict`, body: '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"bad"},"data":{"a":"1","a":"2"}}', code: 400, reason: 'BadRequest', message: /duplicate field "data\.a"/ },
  { what: 'an unknown fieldValidation', path: `${configMaps}?fieldValidation=Maybe`, body: object(), code: 422, reason: 'Invalid', message: /fieldValidation/ },
  { what: 'an unknown dryRun', path: `${configMaps}?dryRun=Some`, body: object(), code: 422, reason: 'Invalid', message: /dryRun: Unsupported value/ },
  { what: 'malformed YAML', headers: { 'content-type': 'application/yaml' }, body: 'a: [1\nb: }', code: 400, reason: 'BadRequest' },
  { what: 'YAML of a thousand million laughs', headers: { 'content-type': 'application/yaml' }, body: laughs(), code: 400, reason: 'BadRequest' },
  { what: 'protobuf without its magic', headers: protobuf, body: new Uint8Array([1, 2, 3, 4, 5]), code: 400, reason: 'BadRequest' },
  { what: 'protobuf with nothing after its magic', headers: protobuf, body: magic(), code: 400, reason: 'BadRequest' },
  { what: 'protobuf that ends within a field', headers: protobuf, body: magic(0x0a, 0x7f, 0x01), code: 400, reason: 'BadRequest' },
  { what: 'protobuf with a varint without end', headers: protobuf, body: magic(...Array<number>(40).fill(0xff)), code: 400, reason: 'BadRequest' },
  { what: 'JSON said to be protobuf', headers: protobuf, body: object(), code: 400, reason: 'BadRequest' },
  { what: 'more than 3 MB of JSON', body: big(3 * 2 ** 20), code: 413, reason: 'RequestEntityTooLarge', message: /limit is 3145728/ },
  { what: 'more than 3 MB in chunks', headers: { ...json, 'transfer-encoding': 'chunked' }, body: big(3 * 2 ** 20), code: 413, reason: 'RequestEntityTooLarge', message: /limit is 3145728/ },
  { what: 'more than 1 MB of data', body: big(2 ** 20 + 1), code: 422, reason: 'Invalid', message: /Too long/ },
  { what: 'an unknown content type', headers: { 'content-type': 'text/plain' }, body: object(), code: 415, reason: 'UnsupportedMediaType', message: /the body of the request was in an unknown format - accepted media types include: / },
  { what: 'a content type that is none', headers: { 'content-type': '///' }, body: object(), code: 415, reason: 'UnsupportedMediaType' },
  { what: 'an Accept that cannot be met', headers: { ...json, accept: 'image/png' }, body: object(), code: 406, reason: 'NotAcceptable', message: /^406: Not Acceptable\n\nAvailable representations: application\/json, / },
];

const reads: Case[] = [
  { what: 'an Accept that cannot be met', headers: { accept: 'text/html' }, code: 406, reason: 'NotAcceptable' },
  { what: 'a Table of version v7', headers: { accept: 'application/json;as=Table;v=v7;g=meta.k8s.io' }, code: 406, reason: 'NotAcceptable' },
  { what: 'a malformed label selector', path: `${configMaps}?labelSelector=a+in+(`, code: 400, reason: 'BadRequest', message: /unable to parse requirement: found '', expected: ',', '\)' or identifier|found '', expected/ },
  { what: 'a label that cannot be', path: `${configMaps}?labelSelector=-a`, code: 400, reason: 'BadRequest' },
  { what: 'a malformed field selector', path: `${configMaps}?fieldSelector=a`, code: 400, reason: 'BadRequest', message: /invalid selector: 'a'; can't understand 'a'/ },
  { what: 'a field that cannot be selected', path: `${configMaps}?fieldSelector=data.a%3Db`, code: 400, reason: 'BadRequest', message: /^"data\.a" is not a known field selector: only "metadata\.name", "metadata\.namespace"$/ },
  { what: 'a limit that is no number', path: `${configMaps}?limit=many`, code: 400, reason: 'BadRequest' },
  { what: 'a resourceVersion that is no number', path: `${configMaps}?resourceVersion=new`, code: 400, reason: 'BadRequest' },
  { what: 'a negative resourceVersion', path: `${configMaps}?resourceVersion=-1`, code: 400, reason: 'BadRequest' },
  { what: 'an unknown resourceVersionMatch', path: `${configMaps}?resourceVersion=1&resourceVersionMatch=Roughly`, code: 422, reason: 'Invalid', message: /resourceVersionMatch/ },
  { what: 'a resourceVersionMatch without a version', path: `${configMaps}?resourceVersionMatch=Exact`, code: 422, reason: 'Invalid', message: /resourceVersionMatch is forbidden unless resourceVersion is provided/ },
  { what: 'a made-up continue token', path: `${configMaps}?limit=1&continue=abc`, code: 400, reason: 'BadRequest', message: /continue key is not valid/ },
  { what: 'a continue token that leaves the resource', path: `${configMaps}?limit=1&continue=${btoa(JSON.stringify({ v: 'meta.k8s.io/v1', rv: 1, start: '../../secrets/default/a' }))}`, code: 400, reason: 'BadRequest', message: /continue key is not valid/ },
  { what: 'a watch of a resourceVersion that is no number', path: `${configMaps}?watch=1&resourceVersion=new`, code: 500, reason: '', message: /^resourceVersion: Invalid value: "new"/ },
  { what: 'a watch whose initial events are asked for badly', path: `${configMaps}?watch=1&sendInitialEvents=true`, code: 422, reason: 'Invalid', message: /sendInitialEvents/ },
  { what: 'a watch that cannot be told in an Accept', path: `${configMaps}?watch=1`, headers: { accept: 'image/png' }, code: 406, reason: 'NotAcceptable' },
  { what: 'a name that is not there', path: `${configMaps}/none`, code: 404, reason: 'NotFound', message: /^configmaps "none" not found$/ },
];

const paths: Case[] = [
  { what: 'an unknown method', method: 'PROPFIND', path: configMaps, code: 405, reason: 'MethodNotAllowed' },
  { what: 'a PUT to the collection', method: 'PUT', path: configMaps, headers: json, body: object(), code: 405, reason: 'MethodNotAllowed' },
  { what: 'a POST to an object', method: 'POST', path: `${configMaps}/a`, headers: json, body: object(), code: 405, reason: 'MethodNotAllowed' },
  { what: 'a PATCH of an unknown type', method: 'PATCH', path: `${configMaps}/kube-root-ca.crt`, headers: { 'content-type': 'application/json' }, body: '{}', code: 415, reason: 'UnsupportedMediaType' },
  { what: 'a JSON patch that is none', method: 'PATCH', path: `${configMaps}/seed`, headers: { 'content-type': 'application/json-patch+json' }, body: '{"op":"x"}', code: 400, reason: 'BadRequest' },
  ...['merge', 'strategic-merge'].map((type): Case => ({ what: `a ${type} patch nested nine thousand times`, method: 'PATCH', path: `${configMaps}/seed`, headers: { 'content-type': `application/${type}-patch+json` }, body: `{"data":{"a":${'{"a":'.repeat(9000)}1${'}'.repeat(9000)}}}`, code: 400, reason: 'BadRequest' })),
  { what: 'a merge patch that is none', method: 'PATCH', path: `${configMaps}/seed`, headers: { 'content-type': 'application/merge-patch+json' }, body: '[', code: 400, reason: 'BadRequest' },
  { what: 'an apply without a manager', method: 'PATCH', path: `${configMaps}/seed`, headers: { 'content-type': 'application/apply-patch+yaml' }, body: object(), code: 422, reason: 'Invalid', message: /fieldManager: Required value/ },
  { what: 'DeleteOptions that are none', method: 'DELETE', path: `${configMaps}/seed`, headers: json, body: '{"preconditions":7}', code: 400, reason: 'BadRequest' },
  { what: 'preconditions that do not hold', method: 'DELETE', path: `${configMaps}/seed`, headers: json, body: '{"preconditions":{"uid":"another"}}', code: 409, reason: 'Conflict', message: /the UID in the precondition \(another\) does not match the UID in record/ },
  { what: 'an update of another name', method: 'PUT', path: `${configMaps}/seed`, headers: json, body: object(), code: 400, reason: 'BadRequest', message: /the name of the object \(bad\) does not match the name on the URL \(seed\)/ },
  { what: 'an update with a stale resourceVersion', method: 'PUT', path: `${configMaps}/seed`, headers: json, body: object({ metadata: { name: 'seed', resourceVersion: '1' } }), code: 409, reason: 'Conflict' },
  { what: 'an update with a resourceVersion that is none', method: 'PUT', path: `${configMaps}/seed`, headers: json, body: object({ metadata: { name: 'seed', resourceVersion: 'x' } }), code: 500, reason: '', message: /^strconv\.ParseUint: parsing "x": invalid syntax$/ },
];

let stage: StageProcess;
const list = async () => JSON.parse((await request(stage, 'GET', configMaps)).body);
const names = async () => (await list()).items.map(({ metadata }: { metadata: { name: string } }) => metadata.name);

beforeAll(async () => {
  stage = await startStage('apiserver');
  await request(stage, 'POST', configMaps, json, JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'seed' }, data: { a: '1' } }));
});
afterAll(async () => {
  await stage.stop();
});

async function refused({ method = 'GET', path = configMaps, headers = {}, body, code, reason, message = /./ }: Case): Promise<void> {
  const before = await list();
  const answer = await request(stage, method, path, headers, body);
  expect({ status: answer.status, type: answer.headers['content-type'] }, answer.body).toEqual({ status: code, type: 'application/json' });
  const status = JSON.parse(answer.body);
  expect(status).toEqual(expect.objectContaining({ kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', code, message: expect.stringMatching(message) }));
  expect(status.reason ?? '').toBe(reason);
  expect(await list()).toEqual(before);
}

describe('a create is refused that has', () => {
  test.each(bodies)('$what ($code)', (one) => refused({ method: 'POST', headers: json, ...one }));
});

describe('a read is refused that has', () => {
  test.each(reads)('$what ($code)', (one) => refused(one));
});

describe('a request is refused that is', () => {
  test.each(paths)('$what ($code)', (one) => refused(one));
});

test('after all of it the server lives, holds what it held, and has lost no word over it', async () => {
  expect(stage.alive()).toBe(true);
  expect(await names()).toEqual(['seed']);
  expect(stage.stderr()).toBe('');
});

/** YAML whose aliases stand for nine to the power of nine strings. */
function laughs(): string {
  const lines = ['apiVersion: v1', 'kind: ConfigMap', 'metadata: {name: bad}', 'a0: &a0 [lol]'];
  for (let n = 1; n <= 9; n++) lines.push(`a${n}: &a${n} [${Array(9).fill(`*a${n - 1}`).join(',')}]`);
  return `${lines.join('\n')}\n`;
}
