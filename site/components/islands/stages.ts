/** The stages that this page talks to: one feed for each, on whichever host the reader chose. */
import { pageHosts } from '../../runtime/hosts.ts';
import type { StageHost } from '../../runtime/stage-host.ts';
import { StageFeed } from '../feed.ts';

export interface Connection {
  host: StageHost;
  feed: StageFeed;
}

const connections = new Map<string, { host: StageHost; made: Promise<Connection> }>();

/** The stage on the host in use; what a stage told before the reader switched is forgotten. */
export async function connect(stage: string): Promise<Connection> {
  const host = await pageHosts().current();
  const known = connections.get(stage);
  if (known?.host === host) return known.made;
  forget(stage);
  const made = begin(host, stage);
  connections.set(stage, { host, made });
  const forgetThis = () => connections.get(stage)?.made === made && forget(stage);
  made.then(({ feed }) => feed.lost).then(forgetThis, forgetThis);
  return made;
}

/** Starts the stage anew on the host in use, with nothing stored. */
export async function startAfresh(stage: string): Promise<void> {
  const host = await pageHosts().current();
  await host.restart(stage);
  forget(stage);
  await connect(stage);
}

function forget(stage: string): void {
  connections.get(stage)?.made.then(({ feed }) => feed.close(), () => undefined);
  connections.delete(stage);
}

/** A stage in the page starts in well under a second; on another machine it may not be there at all. */
function silence(stage: string): Promise<never> {
  return new Promise((_, reject) => setTimeout(() => reject(new Error(`the stage "${stage}" does not answer`)), 20_000));
}

/** A worker's stage answers once it is ready; what it wrote until then is not the reader's doing. */
async function started(host: StageHost, stage: string, feed: StageFeed): Promise<void> {
  const { body } = await host.send(stage, { method: 'GET', path: '/readyz', headers: { traceparent: feed.quietly() } });
  await body.cancel();
}

async function begin(host: StageHost, stage: string): Promise<Connection> {
  const feed = new StageFeed(host, stage);
  await Promise.race([feed.ready, silence(stage)]);
  if (host.kind === 'page') await started(host, stage, feed);
  feed.settle();
  const connection = { host, feed };
  document.dispatchEvent(new CustomEvent('journey:connected', { detail: connection }));
  return connection;
}
