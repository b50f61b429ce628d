import { createServer } from 'node:http';
import { expect, test } from 'vitest';
import { resolver, testServer } from './testing.ts';
import { withRequestInfo } from './with-request-info.ts';

const serve = testServer(createServer);
const filters = [withRequestInfo(resolver)];

test('leaves the request info in the context', () =>
  serve({ filters, handler: (req, res) => void res.json(req.ctx.requestInfo) }, async (send) => {
    const { text } = await send('/apis/apps/v1/namespaces/n/deployments/d/scale');
    expect(JSON.parse(text)).toMatchObject({ verb: 'get', apiGroup: 'apps', namespace: 'n', resource: 'deployments', name: 'd', subresource: 'scale' });
  }));

test('answers 500 to a path that names nothing', () =>
  serve({ filters }, async (send) => {
    const { status, text } = await send('/api/v1/watch');
    expect(status).toBe(500);
    expect(text).toBe('Internal Server Error: "/api/v1/watch": failed to create RequestInfo: unable to determine kind and namespace from url, /api/v1/watch\n');
  }));
