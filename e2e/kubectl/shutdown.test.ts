/** How a server ends: what it was asked before, it answers; what comes later is told so; and then it is gone. */
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Agent, request as httpsRequest } from 'node:https';
import type { ClientRequest, IncomingHttpHeaders } from 'node:http';
import type { ClientHttp2Session } from 'node:http2';
import { describe, expect, onTestFinished, test } from 'vitest';
import { answerOf, connectHTTP2 } from '../bad-input/http2-client.ts';
import { request } from '../bad-input/request.ts';
import { startStage } from '../stage-process.ts';
import type { StageProcess } from '../stage-process.ts';
import { newKubectl } from './kubectl.ts';

const configMaps = '/api/v1/namespaces/default/configmaps';

async function start(...flags: string[]): Promise<StageProcess> {
  const stage = await startStage('apiserver', flags);
  onTestFinished(async () => void (await stage.stop()));
  return stage;
}

const terminate = (stage: StageProcess) => process.kill(stage.pid(), 'SIGTERM');
const untilGone = (stage: StageProcess) => expect.poll(() => stage.alive()).toBe(false);
const admin = (stage: StageProcess) => ({ authorization: `Bearer ${stage.tokens.admin}` });

type Answer = { status: number; headers: IncomingHttpHeaders; body: string };

function answer(req: ClientRequest): Promise<Answer> {
  return new Promise((resolve, reject) => {
    req.on('error', reject);
    req.on('response', (res) => {
      const chunks: Buffer[] = [];
      res.on('data', (chunk: Buffer) => chunks.push(chunk));
      res.on('error', reject);
      res.on('end', () => resolve({ status: res.statusCode ?? 0, headers: res.headers, body: Buffer.concat(chunks).toString() }));
    });
  });
}

/** A request that is in flight until its body is finished. */
async function begin(stage: StageProcess, name: string): Promise<{ finish(): void; answer: Promise<Answer> }> {
  const { port, ca } = stage;
  const body = JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name } });
  // Expect is answered when the server has seen the head
  const headers = { ...admin(stage), 'content-type': 'application/json', 'content-length': body.length, expect: '100-continue' };
  const req = httpsRequest({ host: '127.0.0.1', port, ca, agent: false, method: 'POST', path: configMaps, headers });
  const answered = answer(req);
  answered.catch(() => undefined);
  req.flushHeaders();
  await once(req, 'continue');
  return { finish: () => void req.end(body), answer: answered };
}

/** One request after another, on the same connection while it lasts, until the server takes no more. */
async function ask(stage: StageProcess, seen: (answer: Answer) => void): Promise<string> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  onTestFinished(() => agent.destroy());
  const { port, ca } = stage;
  for (;;) {
    const req = httpsRequest({ host: '127.0.0.1', port, ca, agent, path: configMaps, headers: admin(stage) }).end();
    let connected = false;
    req.on('socket', (socket) => {
      connected = req.reusedSocket;
      if (!connected) socket.once('secureConnect', () => (connected = true));
    });
    try {
      seen(await answer(req));
    } catch (err) {
      return connected ? `a request was lost: ${String(err)}` : 'closed';
    }
  }
}

/** The same over HTTP/2; GOAWAY says which request was the last that was taken. */
async function askHTTP2(stage: StageProcess, session: ClientHttp2Session, seen: (answer: Answer) => void): Promise<string> {
  let last = Infinity;
  session.on('goaway', (_code, id) => (last = id));
  while (!session.closed && !session.destroyed) {
    const stream = session.request({ ':path': configMaps, ...admin(stage) });
    const got = await answerOf(stream);
    if (got.ended && got.status > 0) seen(got);
    else if (stream.id !== undefined && stream.id <= last) return `request ${stream.id} of ${last} was lost: ${got.rstCode}`;
  }
  return 'closed';
}

describe('under load', () => {
  test.each([[[]], [['--shutdown-send-retry-after']], [['--shutdown-delay-duration=1s']]])('no request is lost that was taken, with %j', async (flags) => {
    const dir = mkdtempSync(join(tmpdir(), 'shutdown-'));
    onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
    const [policy, log] = [join(dir, 'policy'), join(dir, 'audit.log')];
    writeFileSync(policy, 'apiVersion: audit.k8s.io/v1\nkind: Policy\nomitStages: [RequestReceived]\nrules: [{level: Metadata}]\n');
    const stage = await start(...flags, `--audit-policy-file=${policy}`, `--audit-log-path=${log}`);
    const ids: unknown[] = [];
    const statuses = new Set<number>();
    const seen = ({ status, headers }: Answer) => {
      statuses.add(status);
      if (status === 200) ids.push(headers['audit-id']);
    };
    const loads = Array.from({ length: 10 }, () => [ask(stage, seen), askHTTP2(stage, connectHTTP2(stage), seen)]).flat();
    await expect.poll(() => ids.length).toBeGreaterThan(100);
    terminate(stage);
    expect(new Set(await Promise.all(loads))).toEqual(new Set(['closed']));
    expect([200, 429, 503]).toEqual(expect.arrayContaining([...statuses]));
    await untilGone(stage);
    expect(await stage.stop()).toBe(0);
    const audited = new Set(readFileSync(log, 'utf8').trimEnd().split('\n').map((line) => JSON.parse(line).auditID));
    expect(ids.filter((id) => !audited.has(id))).toEqual([]);
  });
});

describe('a server that is told to end', () => {
  test('says that it is not ready, and goes on for the delay', async () => {
    const stage = await start('--shutdown-delay-duration=3s');
    terminate(stage);
    await expect.poll(async () => (await request(stage, 'GET', '/readyz')).status).toBe(500);
    expect((await request(stage, 'GET', '/readyz')).body).toContain('[-]shutdown failed: reason withheld');
    expect((await request(stage, 'GET', '/livez')).status).toBe(200);
    expect((await request(stage, 'GET', configMaps)).status).toBe(200);
    await untilGone(stage);
    expect(await stage.stop()).toBe(0);
  });

  test('answers what it was asked, and listens no more', async () => {
    const stage = await start();
    const begun = await begin(stage, 'a');
    terminate(stage);
    await expect.poll(() => request(stage, 'GET', configMaps).then(() => '', String)).toContain('ECONNREFUSED');
    begun.finish();
    const { status, headers } = await begun.answer;
    expect([status, headers.connection]).toEqual([201, 'close']);
    await untilGone(stage);
  });

  test('with --shutdown-send-retry-after listens until all is answered, and sends others away', async () => {
    const stage = await start('--shutdown-send-retry-after');
    const session = connectHTTP2(stage);
    await once(session, 'remoteSettings');
    const begun = await begin(stage, 'a');
    terminate(stage);
    await expect.poll(async () => (await request(stage, 'GET', configMaps)).status).toBe(429);
    const { headers, body } = await request(stage, 'GET', configMaps);
    expect([headers['retry-after'], headers.connection, body]).toEqual(['5', 'close', 'The apiserver is shutting down, please try again later.\n']);
    const goaway = once(session, 'goaway');
    expect(await answerOf(session.request({ ':path': configMaps, ...admin(stage) }))).toMatchObject({ status: 429, ended: true });
    await goaway;
    expect((await request(stage, 'GET', '/livez')).status).toBe(200);
    begun.finish();
    expect((await begun.answer).status).toBe(201);
    await untilGone(stage);
  });

  test.each([[[]], [['--shutdown-watch-termination-grace-period=2s']]])('ends watches as if their time were over, with %j', async (flags) => {
    const stage = await start(...flags);
    const kubectl = newKubectl(() => stage);
    const watch = kubectl.start('get namespaces -w');
    await watch.prints(/kube-system/);
    const session = connectHTTP2(stage);
    const streams = await Promise.all(
      Array.from({ length: 20 }, async () => {
        const stream = session.request({ ':path': `${configMaps}?watch=true`, ...admin(stage) });
        const ended = answerOf(stream);
        await once(stream, 'response');
        return { ended };
      }),
    );
    terminate(stage);
    for (const { ended, rstCode } of await Promise.all(streams.map((stream) => stream.ended))) expect([ended, rstCode]).toEqual([true, 0]);
    expect(await watch.ended()).toBe(0);
    await untilGone(stage);
    expect(await stage.stop()).toBe(0);
  });

  test('twice is gone at once', async () => {
    const stage = await start('--shutdown-delay-duration=1h');
    terminate(stage);
    await expect.poll(async () => (await request(stage, 'GET', '/readyz')).status).toBe(500);
    expect(await stage.stop()).toBe(1);
  });
});
