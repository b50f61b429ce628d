/**
 * DiscoveryManager knows which groups, versions and resources the server has at this moment. Discovery and OpenAPI
 * documents are made from it, and made anew once it has changed.
 *
 * Upstream: k8s.io/apiserver/pkg/endpoints/discovery/aggregated/handler.go (ResourceManager). Leaves out sources and
 * numeric priorities: groups given at the start keep their order, later ones follow by name.
 */
import type { APIGroupFacts, APIVersionFacts } from '../../apimachinery/facts/facts.ts';
import type { GroupVersion } from '../../apimachinery/types.ts';
import { compareKubeAwareVersionStrings } from './compare-versions.ts';

interface Ranked<T> {
  rank: number;
  value: T;
}

type Versions = Map<string, Ranked<APIVersionFacts>>;

export class DiscoveryManager {
  /** Counts changes, so that a document made from here knows whether it is still true. */
  revision = 0;
  readonly #groups = new Map<string, Ranked<Versions>>();

  constructor(groups: APIGroupFacts[]) {
    groups.forEach(({ group, versions }, rank) => {
      this.#groups.set(group, { rank, value: new Map(versions.map((value, i) => [value.version, { rank: i, value }])) });
    });
  }

  /** Adds a version of a group, or replaces what was known of it. */
  addGroupVersion(group: string, value: APIVersionFacts): void {
    const versions: Versions = this.#groups.get(group)?.value ?? new Map<string, Ranked<APIVersionFacts>>();
    if (versions.size === 0) this.#groups.set(group, { rank: Infinity, value: versions });
    versions.set(value.version, { rank: versions.get(value.version)?.rank ?? Infinity, value });
    this.revision++;
  }

  /** A group goes with its last version. */
  removeGroupVersion({ group, version }: GroupVersion): void {
    const versions = this.#groups.get(group)?.value;
    if (!versions?.delete(version)) return;
    if (versions.size === 0) this.#groups.delete(group);
    this.revision++;
  }

  /** The groups in their order, the legacy one included; the first version of each is the preferred one. */
  groups(): APIGroupFacts[] {
    const byRank = [...this.#groups].sort(([a, x], [b, y]) => compareRanks(x, y) || (a < b ? -1 : 1));
    return byRank.map(([group, { value }]) => ({ group, versions: orderVersions(value) }));
  }

  group(group: string): APIGroupFacts | undefined {
    const found = this.#groups.get(group);
    return found && { group, versions: orderVersions(found.value) };
  }

  groupVersion({ group, version }: GroupVersion): APIVersionFacts | undefined {
    return this.#groups.get(group)?.value.get(version)?.value;
  }
}

function orderVersions(versions: Versions): APIVersionFacts[] {
  const byRank = [...versions.values()].sort((a, b) => compareRanks(a, b) || compareKubeAwareVersionStrings(b.value.version, a.value.version));
  return byRank.map(({ value }) => value);
}

const compareRanks = (a: Ranked<unknown>, b: Ranked<unknown>) => (a.rank === b.rank ? 0 : a.rank - b.rank);
