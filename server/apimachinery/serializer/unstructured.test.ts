import { describe, expect, it } from 'vitest';
import { newScheme } from '../scheme.ts';
import { newUnstructuredCodecFactory } from './unstructured.ts';

const factory = newUnstructuredCodecFactory(newScheme());
const json = factory.serializerFor('application/json')!;
const bytes = (text: string) => new TextEncoder().encode(text);
const text = (data: Uint8Array) => new TextDecoder().decode(data);
const defaults = { group: 'stable.example.com', version: 'v1', kind: 'CronTab' };
const decode = (body: string, mediaType = 'application/json') => factory.serializerFor(mediaType)!.decode(bytes(body), { defaults, strict: true });

it('keeps what it does not know, null and all, as it was sent', () => {
  const { object } = decode('{"spec":{"cpu":"1000m","when":null,"list":[{}]},"apiVersion":"stable.example.com/v1","kind":"CronTab","metadata":{"name":"a"}}');
  expect(text(json.encode(object))).toBe('{"kind":"CronTab","apiVersion":"stable.example.com/v1","metadata":{"name":"a"},"spec":{"cpu":"1000m","when":null,"list":[{}]}}\n');
});

it.each([
  ['{"spec":1}', {}],
  ['null', {}],
  ['{"metadata":null}', {}],
  ['{"metadata":{"name":"a","labels":null,"creationTimestamp":null,"colour":"red"}}', { name: 'a' }],
])('gives %s metadata like any object has', (body, metadata) => {
  expect(decode(body).object).toMatchObject({ kind: 'CronTab', apiVersion: 'stable.example.com/v1', metadata });
  expect(Object.keys(decode(body).object.metadata)).toEqual(Object.keys(metadata));
});

it('takes the kind that the bytes name', () => {
  expect(decode('kind: Other\napiVersion: v1', 'application/yaml').gvk).toEqual({ group: '', version: 'v1', kind: 'Other' });
  expect(() => json.decode(bytes('{"apiVersion":"v1"}'), { strict: true })).toThrow(`Object 'Kind' is missing in '{"apiVersion":"v1"}'`);
});

describe('strict decoding', () => {
  it.each([
    ['{"spec":{"a":1,"a":2}}', ['duplicate field "spec.a"']],
    ['{"spec":{"list":[{},{"b":1,"b":2}]}}', ['duplicate field "spec.list[1].b"']],
    ['{"metadata":{"name":"a","name":"b"}}', ['duplicate field "metadata.name"']],
    ['{"metadata":{"colour":"red"},"colour":"red"}', ['unknown field "metadata.colour"']],
  ])('of %s reports %j', (body, errors) => {
    expect(decode(body).strictErrors).toEqual(errors);
  });
});

it.each([
  ['{"metadata":[]}', 'json: cannot unmarshal array into Go struct field PartialObjectMetadata.metadata of type v1.ObjectMeta'],
  ['{"metadata":{"labels":{"a":1}}}', 'json: cannot unmarshal number into Go struct field ObjectMeta.metadata.labels of type string'],
  ['[]', "couldn't get version/kind"],
  [`{"spec":${'['.repeat(5000)}${']'.repeat(5000)}}`, 'exceeded max depth'],
])('refuses %.40s', (body, message) => {
  expect(() => decode(body)).toThrow(message);
});

it('has no protobuf', () => {
  expect(factory.serializers.map(({ mediaType }) => mediaType)).toEqual(['application/json', 'application/yaml']);
});
