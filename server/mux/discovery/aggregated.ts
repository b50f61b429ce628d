/**
 * Aggregated discovery: all groups with all their resources in one document, which a client keeps as long as its ETag holds.
 *
 * Upstream: k8s.io/apiserver/pkg/endpoints/discovery/aggregated/{handler,etag}.go.
 */
import type { APIGroupFacts } from '../../apimachinery/facts/facts.ts';
import type { DiscoveryManager } from './discovery-manager.ts';
import type { Document } from './write-document.ts';

export interface AggregatedDocument {
  document: Document;
  /** Upper-case hex of the JSON's SHA-512, in quotes. */
  etag: string;
}

/** `/api` shows the legacy group, `/apis` all others. */
export type Prefix = '/api' | '/apis';

/** Makes a prefix's document, once for each state of the manager. */
export function newAggregatedDiscovery(manager: DiscoveryManager, prefix: Prefix): () => Promise<AggregatedDocument> {
  let made: { revision: number; answer: Promise<AggregatedDocument> } | undefined;
  return function aggregatedDiscovery() {
    if (made?.revision !== manager.revision) {
      const groups = manager.groups().filter(({ group }) => (group === '') === (prefix === '/api'));
      made = { revision: manager.revision, answer: withETag(apiGroupDiscoveryList(groups)) };
    }
    return made.answer;
  };
}

function apiGroupDiscoveryList(groups: APIGroupFacts[]) {
  const items = groups.map(({ group, versions }) => ({
    metadata: group === '' ? {} : { name: group },
    versions: versions.map(({ version, resources }) => ({
      version,
      resources: resources.map(({ storageVersion: _, ...resource }) => resource),
      freshness: 'Current',
    })),
  }));
  return { kind: 'APIGroupDiscoveryList', apiVersion: 'apidiscovery.k8s.io/v2', metadata: {}, items };
}

async function withETag(document: Document): Promise<AggregatedDocument> {
  const bytes = new TextEncoder().encode(JSON.stringify(document));
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-512', bytes));
  return { document, etag: `"${Array.from(digest, (b) => b.toString(16).padStart(2, '0')).join('').toUpperCase()}"` };
}
