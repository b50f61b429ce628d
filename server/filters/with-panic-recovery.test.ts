import { createServer } from 'node:http';
import { expect, test } from 'vitest';
import { newScheme } from '../apimachinery/scheme.ts';
import { newCodecFactory } from '../apimachinery/serializer/codec-factory.ts';
import { newNotFound } from '../http/status.ts';
import { given, recordingLog, resolver, testServer } from './testing.ts';
import { withPanicRecovery } from './with-panic-recovery.ts';
import { withRequestInfo } from './with-request-info.ts';

const serve = testServer(createServer);

test('answers a StatusError with its Status', async () => {
  const log = recordingLog();
  const handler = () => {
    throw newNotFound({ group: '', resource: 'pods' }, 'x');
  };
  await serve({ filters: [withPanicRecovery(log), withRequestInfo(resolver)], handler }, async (send) => {
    const answer = await send('/api/v1/namespaces/n/pods/x');
    expect(answer.status).toBe(404);
    expect(JSON.parse(answer.text)).toMatchObject({ kind: 'Status', code: 404, reason: 'NotFound', message: 'pods "x" not found' });
    expect(log.lines).toEqual([]);
  });
});

test('writes the Status in the form that the client accepts', async () => {
  const handler = () => Promise.reject(newNotFound({ group: '', resource: 'pods' }, 'x'));
  await serve({ filters: [withPanicRecovery(recordingLog(), newCodecFactory(newScheme())), withRequestInfo(resolver)], handler }, async (send) => {
    const { status, headers, text } = await send('/api/v1/namespaces/n/pods/x', { headers: { Accept: 'application/yaml' } });
    expect(status).toBe(404);
    expect(headers.get('Content-Type')).toBe('application/yaml');
    expect(text).toContain('message: pods "x" not found');
  });
});

test('hides any other error behind a 500, and logs it', async () => {
  const log = recordingLog();
  const bug = new Error('a secret');
  await serve({ filters: [withPanicRecovery(log), given((req) => void (req.ctx.auditID = 'id'))], handler: () => Promise.reject(bug) }, async (send) => {
    const answer = await send('/x?y');
    expect(answer.status).toBe(500);
    expect(answer.headers.get('Content-Type')).toBe('text/plain; charset=utf-8');
    expect(answer.text).toBe('This request caused apiserver to panic. Look in the logs for details.\n');
    expect(log.lines).toEqual([{ err: bug, message: "apiserver panic'd", values: { method: 'GET', URI: '/x?y', auditID: 'id' } }]);
  });
});

test('cuts off an answer that has begun', async () => {
  const log = recordingLog();
  const filters = [withPanicRecovery(log)];
  await serve({ filters, handler: (_req, res) => {
    res.write('half');
    throw new Error('late');
  } }, async (send) => {
    await expect(send('/')).rejects.toThrow();
    expect(log.lines[0]?.message).toBe('Timeout or abort while handling');
  });
});

test('logs what goes wrong after the answer', async () => {
  const log = recordingLog();
  await serve({ filters: [withPanicRecovery(log)], handler: (_req, res) => {
    res.end('whole');
    throw new Error('late');
  } }, async (send) => {
    expect((await send('/')).text).toBe('whole');
    expect(log.lines[0]?.message).toBe('Post-timeout activity');
  });
});
