/**
 * The lab server: the site and every stage at one address on this machine, over plain HTTP on loopback.
 *
 *   /                      the built site
 *   /stages/NAME/...       the stage of that name, as if it stood at the root
 *   /lab/info              which stages and users there are
 *   /lab/events?stage=NAME what the stage does and stores, as server-sent events
 *   /lab/restart?stage=NAME (POST) starts the stage afresh, with nothing stored
 *   /lab/act?stage=NAME&act=ACT (POST) compacts or stops its etcd, and the like
 */
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { labAct } from '../observe/lab/messages.ts';
import type { LabInfo, LabUser } from '../observe/lab/messages.ts';
import type { RestartableStage } from '../observe/lab/restartable.ts';
import type { RunningStage } from '../observe/lab/running-stage.ts';
import { sendEvents } from './lab-events.ts';
import { newHostGuard, newOriginGuard, pageGuard } from './lab-guard.ts';
import { newSiteApp } from './lab-site.ts';

export interface LabOptions {
  /** 0 takes a free one. */
  port: number;
  host?: '127.0.0.1';
  /** They are the caller's to close. */
  stages: LabStage[];
  /** Makes a variant of a stage, by its id, when a page asks for it; undefined where there is no such stage. */
  vary?(id: string): LabStage | undefined;
  /** Without it there are stages, and no site. */
  siteDir?: string;
  users: LabUser[];
  /** Stages answer requests of any origin: for a recorder, whose port no page knows. */
  anyOrigin?: boolean;
}

/** Variants that are kept; another one takes the oldest's place. */
const MOST_VARIANTS = 16;

/** One whose etcd is not its own cannot be started afresh. */
export type LabStage = RunningStage & Partial<Pick<RestartableStage, 'restart'>>;

type Handler = (req: IncomingMessage, res: ServerResponse) => void;

/** Rejects with Node's error where the port cannot be had. */
export async function listenLab(options: LabOptions): Promise<{ url: string; close(): Promise<void> }> {
  const closing = new AbortController();
  // A request without a Host is the guard's to refuse.
  const server = createServer({ requireHostHeader: false });
  const port = await listen(server, options.port, options.host ?? '127.0.0.1');
  const variants = new Map<string, LabStage>();
  server.on('request', guarded(port, options.anyOrigin === true, labHandler(options, variants, closing.signal), siteHandler(options.siteDir)));
  return {
    url: `http://127.0.0.1:${port}`,
    async close() {
      closing.abort();
      await Promise.all([...variants.values()].map((variant) => variant.close()));
      return new Promise((resolve) => {
        // Watches of a stage have no end of their own; what has one gets this long.
        const late = setTimeout(() => server.closeAllConnections(), 100);
        server.close(() => {
          clearTimeout(late);
          resolve();
        });
      });
    },
  };
}

function listen(server: Server, port: number, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      const address = server.address();
      resolve(typeof address === 'object' && address ? address.port : port);
    });
  });
}

/** Pages may be linked from anywhere; the lab and the stages are for the lab's own pages and for programs. */
function guarded(port: number, anyOrigin: boolean, lab: Handler, site: Handler): Handler {
  const hostGuard = newHostGuard(port);
  const originGuard = newOriginGuard(port);
  return function guarded(req, res) {
    const [, part] = /^\/(lab|stages)(?:\/|\?|$)/.exec(req.url ?? '') ?? [];
    const refused = hostGuard(req) ?? (part && !anyOrigin ? originGuard(req) : undefined) ?? (part === 'lab' ? pageGuard(req) : undefined);
    if (refused) answer(res, 403, `${refused}\n`);
    else if (part) lab(req, res);
    else site(req, res);
  };
}

function labHandler({ stages, users, vary }: LabOptions, variants: Map<string, LabStage>, closing: AbortSignal): Handler {
  const info: LabInfo = { server: 'journey-of-an-api-request', stages: stages.map(({ name, adds, restart }) => ({ name, adds, restartable: restart !== undefined })), users };

  function named(id: string): LabStage | undefined {
    const known = stages.find((stage) => stage.name === id) ?? variants.get(id);
    const made = known ? undefined : vary?.(id);
    if (!made) return known;
    variants.set(id, made);
    const [oldest] = variants;
    if (variants.size > MOST_VARIANTS && oldest && variants.delete(oldest[0])) void oldest[1].close();
    return made;
  }

  return function labHandler(req, res) {
    const [path = '', query = ''] = (req.url ?? '').split(/\?(.*)/s);
    const [, name, rest] = /^\/stages\/([^/]+)(\/.*)?$/s.exec(path) ?? [];
    let stage: LabStage | undefined;
    try {
      stage = named(name === undefined ? (new URLSearchParams(query).get('stage') ?? '') : decodeURIComponent(name));
    } catch (err) {
      return answer(res, 404, `${err instanceof Error ? err.message : String(err)}\n`);
    }
    if (path === '/lab/info') answer(res, 200, JSON.stringify(info), 'application/json');
    else if (stage && name !== undefined) void enterStage(stage, `${rest ?? '/'}${query && `?${query}`}`, req, res);
    else if (stage && path === '/lab/events') sendEvents(stage, res, closing);
    else if (stage?.restart && path === '/lab/restart') void restartStage(stage.name, stage.restart, req, res);
    else if (stage && path === '/lab/act') void actOn(stage, new URLSearchParams(query).get('act'), req, res);
    else answer(res, 404, '404 page not found\n');
  };
}

async function actOn(stage: LabStage, said: string | null, req: IncomingMessage, res: ServerResponse): Promise<void> {
  if (req.method !== 'POST') return answer(res, 405, '405 method not allowed\n');
  const act = labAct.safeParse(said);
  if (!act.success) return answer(res, 400, `there is no act "${said ?? ''}"\n`);
  try {
    await stage.act(act.data);
    res.writeHead(204).end();
  } catch (err) {
    answer(res, 503, `${err instanceof Error ? err.message : String(err)}\n`);
  }
}

async function restartStage(name: string, restart: () => Promise<void>, req: IncomingMessage, res: ServerResponse): Promise<void> {
  if (req.method !== 'POST') return answer(res, 405, '405 method not allowed\n');
  try {
    await restart();
    res.writeHead(204).end();
  } catch (err) {
    didNotStart(res, name, err);
  }
}

function didNotStart(res: ServerResponse, name: string, err: unknown): void {
  answer(res, 503, `stage ${name} did not start: ${err instanceof Error ? err.message : String(err)}\n`);
}

/** The stage sees the address as it would without the lab in front of it. */
async function enterStage(stage: RunningStage, url: string, req: IncomingMessage, res: ServerResponse): Promise<void> {
  try {
    await stage.server.ready;
  } catch (err) {
    return didNotStart(res, stage.name, err);
  }
  if (res.closed) return;
  req.url = url;
  stage.server.handler(req, res);
}

function siteHandler(siteDir: string | undefined): Handler {
  if (siteDir === undefined) return (_req, res) => answer(res, 404, '404 page not found\n');
  const app = newSiteApp(siteDir);
  return function site(req, res) {
    // Tells the scripts of a page that the lab is here (site/runtime/hosts.ts).
    res.setHeader('Server-Timing', 'lab');
    res.setHeader('X-Content-Type-Options', 'nosniff');
    res.setHeader('Content-Security-Policy', "frame-ancestors 'none'");
    app(req, res);
  };
}

function answer(res: ServerResponse, status: number, text: string, type = 'text/plain; charset=utf-8'): void {
  res.writeHead(status, { 'Content-Type': type, 'Cache-Control': 'no-store', 'X-Content-Type-Options': 'nosniff' });
  res.end(text);
}
