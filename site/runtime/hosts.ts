/**
 * Which host a page uses: the lab server that served it, or else the page's own worker. The reader may choose; the
 * choice is kept under `journey:host` in localStorage ('page' or 'local').
 */
import { fetchLabInfo, newLocalHost } from './local-host.ts';
import type { HostKind, Hosts, StageHost } from './stage-host.ts';
import { newPageTurns } from './turns.ts';
import type { NextTurn } from './turns.ts';
import { newPageHost } from './worker-host.ts';

const KEY = 'journey:host';

export interface HostsOptions {
  origin: string;
  /** The lab server served this page; elsewhere there is no `/lab/info` to ask for. */
  lab: boolean;
  storage: Pick<Storage, 'getItem' | 'setItem'>;
  newPageHost(): StageHost;
  /** For the stages behind the lab server, whose events pages follow one at a time. */
  nextTurn?: NextTurn;
}

export function newHosts({ origin, lab: servedByLab, storage, newPageHost, nextTurn }: HostsOptions): Hosts {
  const listeners = new Set<(host: StageHost) => void>();
  let asked: ReturnType<typeof fetchLabInfo> | undefined;
  let using: Promise<StageHost> | undefined;
  const lab = () => (asked ??= servedByLab ? fetchLabInfo(origin) : Promise.resolve(undefined));

  async function choose(): Promise<StageHost> {
    const info = storage.getItem(KEY) === 'page' ? undefined : await lab();
    return info ? newLocalHost(origin, info, undefined, nextTurn) : newPageHost();
  }

  return {
    current: () => (using ??= choose()),
    available: async (): Promise<HostKind[]> => ((await lab()) ? ['page', 'local'] : ['page']),
    async use(kind) {
      storage.setItem(KEY, kind);
      const before = await using;
      if (before?.kind === kind) return;
      using = choose();
      const host = await using;
      before?.close();
      for (const listener of listeners) listener(host);
    },
    onChange(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}

/** The lab server marks its pages by a Server-Timing header, the one header of a page that its scripts can read. */
function servedByLab(): boolean {
  const [page] = performance.getEntriesByType('navigation');
  return page instanceof PerformanceNavigationTiming && page.serverTiming.some(({ name }) => name === 'lab');
}

let shared: Hosts | undefined;

/** The hosts of this page; all its widgets share them. */
export function pageHosts(): Hosts {
  return (shared ??= forThisPage());
}

function forThisPage(): Hosts {
  const lab = servedByLab();
  return newHosts({ origin: location.origin, lab, storage: localStorage, newPageHost: () => newPageHost(), ...(lab && { nextTurn: newPageTurns() }) });
}
