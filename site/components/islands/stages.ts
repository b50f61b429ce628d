/** The stages that this page talks to: one feed for each, on whichever host the reader chose. */
import { pageHosts } from '../../runtime/hosts.ts';
import type { StageHost } from '../../runtime/stage-host.ts';
import { StageFeed } from '../feed.ts';

export interface Connection {
  host: StageHost;
  feed: StageFeed;
}

const feeds = new Map<string, Connection>();

/** A feed of the stage on the host in use; what a stage told before the reader switched is forgotten. */
export async function connect(stage: string): Promise<Connection> {
  const host = await pageHosts().current();
  const known = feeds.get(stage);
  if (known?.host === host) return known;
  known?.feed.close();
  const connection = { host, feed: new StageFeed(host, stage) };
  feeds.set(stage, connection);
  document.dispatchEvent(new CustomEvent('journey:connected', { detail: connection }));
  return connection;
}
