import { gunzipSync } from 'node:zlib';
import type { RequestHandler } from 'express';
import { describe, expect, it } from 'vitest';
import { writeObjectNegotiated } from './responsewriters.ts';
import { factory, get } from './serve.test-util.ts';
import { newNotFound, newTooManyRequests } from './status.ts';

const [json] = factory.serializers;

const notFound = () => {
  throw newNotFound({ group: '', resource: 'pods' }, 'a');
};

describe('errors', () => {
  const status = '{"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure","message":"pods \\"a\\" not found","reason":"NotFound","details":{"name":"a","kind":"pods"},"code":404}\n';

  it('are a Status, its fields in the order of the Go type', async () => {
    const answer = await get(notFound);
    expect(answer.status).toBe(404);
    expect(answer.headers['content-type']).toBe('application/json');
    expect(answer.headers['content-length']).toBe(String(status.length));
    expect(answer.body.toString()).toBe(status);
  });

  it.each([
    ['application/yaml', 'application/yaml', 'kind: Status'],
    ['application/vnd.kubernetes.protobuf', 'application/vnd.kubernetes.protobuf', 'k8s\0'],
    ['text/html', 'application/json', '{\n  "kind": "Status",\n  "apiVersion": "v1",\n  "metadata": {},'],
    ['application/json;as=Table;v=v1;g=meta.k8s.io', 'application/json', '{\n  "kind": "Status",'],
  ])('come as %s asks, else as indented JSON', async (accept, contentType, start) => {
    const answer = await get(notFound, { accept });
    expect(answer.headers['content-type']).toBe(contentType);
    expect(answer.body.toString()).toContain(start);
  });

  it('of another make have code 500 and no reason', async () => {
    const answer = await get(() => {
      throw new Error('boom');
    });
    expect(answer.status).toBe(500);
    expect(JSON.parse(answer.body.toString())).toEqual({ kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', message: 'boom', code: 500 });
  });

  it('say when to try again', async () => {
    const answer = await get(() => {
      throw newTooManyRequests('later', 7);
    });
    expect(answer.headers['retry-after']).toBe('7');
  });

  it('end an answer that has begun', async () => {
    const begun: RequestHandler = (_req, res) => {
      res.write('x');
      throw new Error('boom');
    };
    await expect(get(begun)).rejects.toMatchObject({ code: 'ECONNRESET' });
  });
});

describe('objects', () => {
  const small = { kind: 'ConfigMap', apiVersion: 'v1', metadata: {} };
  const large = { ...small, data: { k: 'v'.repeat(200_000) } };
  const write = (obj: typeof small): RequestHandler => (req, res) => writeObjectNegotiated(req.ctx, req, res, 201, json!, obj);

  it('have a length, and no body for HEAD', async () => {
    const length = String(JSON.stringify(small).length + 1);
    const whole = await get(write(small));
    expect(whole).toMatchObject({ status: 201, headers: { 'content-length': length, 'content-type': 'application/json' } });
    const head = await get(write(small), {}, 'HEAD');
    expect(head.headers['content-length']).toBe(length);
    expect(head.body).toHaveLength(0);
  });

  it('are packed when they are large and the client can unpack them', async () => {
    const packed = await get(write(large), { 'accept-encoding': 'deflate, gzip' });
    expect(packed.headers).toMatchObject({ 'content-encoding': 'gzip', vary: 'Accept-Encoding' });
    expect(JSON.parse(gunzipSync(packed.body).toString())).toEqual(large);
    expect((await get(write(large))).headers['content-encoding']).toBeUndefined();
    expect((await get(write(small), { 'accept-encoding': 'gzip' })).headers['content-encoding']).toBeUndefined();
  });

  it.each([[{}], [{ 'accept-encoding': 'gzip' }]])('may be encoded in parts: %j', async (headers) => {
    const parts = ['{"kind":', '"x"', `,"v":"${'v'.repeat(200_000)}"}`];
    const encode = () => parts.map((part) => new TextEncoder().encode(part));
    const { body, headers: sent } = await get((req, res) => writeObjectNegotiated(req.ctx, req, res, 200, json!, small, encode), headers);
    expect((sent['content-encoding'] ? gunzipSync(body) : body).toString()).toBe(parts.join(''));
    expect(sent['content-length']).toBe(sent['content-encoding'] ? undefined : String(parts.join('').length));
  });

  it.each([[{}], [{ 'accept-encoding': 'gzip' }]])('of many parts go out a piece at a time, and arrive whole: %j', async (headers) => {
    const parts = Array.from({ length: 5000 }, (_, n) => new TextEncoder().encode(String(n).padStart(1000, '.')));
    const { body, headers: sent } = await get((req, res) => writeObjectNegotiated(req.ctx, req, res, 200, json!, small, () => parts), headers);
    const whole = sent['content-encoding'] ? gunzipSync(body) : body;
    expect(whole.equals(Buffer.concat(parts))).toBe(true);
  });

  it('that cannot be encoded become an error', async () => {
    const answer = await get((req, res) => writeObjectNegotiated(req.ctx, req, res, 200, factory.serializerFor('application/vnd.kubernetes.protobuf')!, { kind: 'Nope', apiVersion: 'v1' }));
    expect(answer.status).toBe(500);
    expect(answer.body.toString()).toContain('no kind "Nope" is registered');
  });
});
