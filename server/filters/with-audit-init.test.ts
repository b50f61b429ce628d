import { createServer } from 'node:http';
import { expect, test } from 'vitest';
import { testServer } from './testing.ts';
import { withAuditInit } from './with-audit-init.ts';

const serve = testServer(createServer);

test('says a new audit ID back', () =>
  serve({ filters: [withAuditInit(() => 'new-id')], handler: (req, res) => void res.end(req.ctx.auditID) }, async (send) => {
    const answer = await send('/');
    expect(answer.headers.get('Audit-Id')).toBe('new-id');
    expect(answer.text).toBe('new-id');
  }));

test('keeps the audit ID that the client gave', () =>
  serve({ filters: [withAuditInit()], handler: (req, res) => void res.end(req.ctx.audit?.event.auditID) }, async (send) => {
    const answer = await send('/', { headers: { 'Audit-ID': 'given' } });
    expect(answer.headers.get('Audit-Id')).toBe('given');
    expect(answer.text).toBe('given');
  }));

test('makes up a UUID for each request', () =>
  serve({ filters: [withAuditInit()] }, async (send) => {
    const ids = await Promise.all([send('/'), send('/')]).then((answers) => answers.map(({ headers }) => headers.get('Audit-Id')));
    expect(new Set(ids).size).toBe(2);
    expect(ids[0]).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-/);
  }));
