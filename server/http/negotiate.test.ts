import { describe, expect, it } from 'vitest';
import { newScheme } from '../apimachinery/scheme.ts';
import { newCodecFactory } from '../apimachinery/serializer/codec-factory.ts';
import { parseAccept } from './accept.ts';
import { negotiateInput, negotiateOutput, noTransforms } from './negotiate.ts';

const factory = newCodecFactory(newScheme());
const request = (accept: string | undefined, url = '/', agent = 'kubectl') => ({ url, headers: { 'user-agent': agent, ...(accept !== undefined && { accept }) } });
const all = 'application/json, application/yaml, application/vnd.kubernetes.protobuf';
const table = 'as=Table;v=v1;g=meta.k8s.io';

describe('the format of an answer', () => {
  it.each([
    [undefined, 'json'],
    ['', 'json'],
    ['*/*', 'json'],
    ['*', 'json'],
    ['application/*', 'json'],
    ['application/yaml', 'yaml'],
    ['text/html, application/json;q=0.5', 'json'],
    ['application/vnd.kubernetes.protobuf,application/json', 'protobuf'],
    ['application/json;q=0.5,application/yaml;q=0.9', 'yaml'],
    ['*/*,application/yaml', 'yaml'],
    ['application/json;pretty=1', 'json-pretty'],
    [`application/vnd.kubernetes.protobuf;${table},application/json`, 'json'],
    ['application/json;sv=v9,application/yaml', 'yaml'],
    ['application/yaml;stream=watch,application/json', 'json'],
  ])('asked for as %j is %s', (accept, identifier) => {
    expect(negotiateOutput(request(accept), factory).serializer.identifier).toBe(identifier);
  });

  it.each(['text/html', 'image/png', 'application', 'application/json/x', `application/json;as=Table;v=v2;g=meta.k8s.io`, `application/json;as=Chair;v=v1;g=meta.k8s.io`])('is refused for %s', (accept) => {
    expect(() => negotiateOutput(request(accept), factory)).toThrow(`only the following media types are accepted: ${all}`);
  });

  it.each([
    ['/x?pretty=true', 'kubectl', 'json-pretty'],
    ['/x?pretty=1', 'kubectl', 'json-pretty'],
    ['/x?pretty=false', 'curl/8.0', 'json'],
    ['/x?pretty=maybe', 'curl/8.0', 'json'],
    ['/x?pretty=', 'curl/8.0', 'json-pretty'],
    ['/x', 'curl/8.0', 'json-pretty'],
    ['/x', 'Wget/1.21', 'json-pretty'],
    ['/x', 'Mozilla/5.0 (X11)', 'json-pretty'],
    ['/x', 'Go-http-client/1.1', 'json'],
  ])('of %s for %s is %s', (url, agent, identifier) => {
    expect(negotiateOutput(request(undefined, url, agent), factory).serializer.identifier).toBe(identifier);
  });

  it.each([
    [`application/json;${table}`, 'json', 'Table'],
    [`application/yaml;${table}`, 'yaml', 'Table'],
    ['application/vnd.kubernetes.protobuf;as=PartialObjectMetadata;v=v1;g=meta.k8s.io', 'protobuf', 'PartialObjectMetadata'],
    ['application/json;as=PartialObjectMetadataList;v=v1beta1;g=meta.k8s.io', 'json', 'PartialObjectMetadataList'],
  ])('may be another kind: %s', (accept, identifier, kind) => {
    const output = negotiateOutput(request(accept), factory);
    expect(output.serializer.identifier).toBe(identifier);
    expect(output.convert).toMatchObject({ group: 'meta.k8s.io', kind });
  });

  it('of an error is never another kind', () => {
    const output = negotiateOutput(request(`application/json;${table},application/yaml`), factory, { allowsTransform: noTransforms });
    expect(output).toMatchObject({ serializer: { identifier: 'yaml' } });
  });
});

describe('the format of a watch', () => {
  it.each([
    ['application/json', 'json'],
    ['application/json;stream=watch', 'json'],
    ['application/vnd.kubernetes.protobuf;stream=watch', 'protobuf'],
  ])('asked for as %s is %s, never indented', (accept, identifier) => {
    expect(negotiateOutput(request(accept, '/?pretty=true', 'curl'), factory, { stream: true }).serializer.identifier).toBe(identifier);
  });

  it.each(['application/yaml', 'text/html', 'application/json;stream=logs'])('is refused for %s', (accept) => {
    const message = 'only the following media types are accepted: application/json;stream=watch, application/vnd.kubernetes.protobuf;stream=watch';
    expect(() => negotiateOutput(request(accept), factory, { stream: true })).toThrow(message);
  });
});

describe('the format of a body', () => {
  it.each([
    [undefined, 'json'],
    ['application/json; charset=utf-8', 'json'],
    ['Application/YAML', 'yaml'],
    ['application/vnd.kubernetes.protobuf', 'protobuf'],
  ])('sent as %j is %s', (contentType, identifier) => {
    expect(negotiateInput(contentType, factory).identifier).toBe(identifier);
  });

  it.each(['application/x-www-form-urlencoded', 'text/plain', 'json', 'application/json charset', 'application/json;charset', 'application/json;;', 'application/json;charset='])('is refused for %s', (contentType) => {
    expect(() => negotiateInput(contentType, factory)).toThrow(`the body of the request was in an unknown format - accepted media types include: ${all}`);
  });
});

it('tries clauses by weight, then without wildcards first, then as they stand', () => {
  const order = parseAccept('*/*, a/*, a/b;q=0.1, a/c;x=1, a/d;q=zero, /').map(({ type, subType }) => `${type}/${subType}`);
  expect(order).toEqual(['a/c', 'a/*', '*/*', 'a/b', 'a/d']);
});
