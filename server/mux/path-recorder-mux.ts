/**
 * PathRecorderMux sends a request to the handler of its exact path, else to that of its longest prefix, else on to the
 * not-found handler, and remembers which paths to list under `/`.
 *
 * Upstream: k8s.io/apiserver/pkg/server/mux/pathrecorder.go, with the director of pkg/server/handler.go: a web service
 * is mounted here at its root. Leaves out the locks and the record of who registered a path.
 */
import type { Filter } from '../filters/filter.ts';
import { urlPath } from '../http/url-path.ts';
import { traced } from '../observe/traced.ts';
import { notFound } from './delegation.ts';
import type { WebService } from './web-service.ts';

export class PathRecorderMux {
  readonly #exact = new Map<string, Filter>();
  readonly #prefixes = new Map<string, Filter>();
  readonly #exposed = new Set<string>();
  #notFound: Filter;

  constructor(notFoundHandler: Filter = notFound) {
    this.#notFound = notFoundHandler;
  }

  /** Where a request goes that nothing here claims: the next server in the delegation chain. */
  notFoundHandler(handler: Filter): void {
    this.#notFound = handler;
  }

  handle(path: string, handler: Filter): void {
    this.#exposed.add(path);
    this.unlistedHandle(path, handler);
  }

  unlistedHandle(path: string, handler: Filter): void {
    this.#exact.set(path, handler);
  }

  handlePrefix(path: string, handler: Filter): void {
    this.unlistedHandlePrefix(path, handler);
    this.#exposed.add(path);
  }

  unlistedHandlePrefix(path: string, handler: Filter): void {
    if (!path.endsWith('/')) throw new Error(`"${path}" must end in a trailing slash`);
    this.#prefixes.set(path, handler);
  }

  unregister(path: string): void {
    this.#exact.delete(path);
    this.#prefixes.delete(path);
    this.#exposed.delete(path);
  }

  /** The web service gets its root and all below it. */
  mount(service: WebService): void {
    this.handle(service.rootPath, service.handle);
    this.unlistedHandlePrefix(`${service.rootPath}/`, service.handle);
  }

  unmount(service: WebService): void {
    this.unregister(service.rootPath);
    this.unregister(`${service.rootPath}/`);
  }

  listedPaths(): string[] {
    return [...this.#exposed].sort();
  }

  readonly handler: Filter = traced(
    (req, res, next) => this.#find(urlPath(req.url))(req, res, next),
    { fn: 'PathRecorderMux', file: 'server/mux/path-recorder-mux.ts' },
  );

  #find(path: string): Filter {
    const exact = this.#exact.get(path);
    if (exact) return exact;
    // every prefix ends in a slash, so that those that match are nested: cutting at slashes from the right finds the longest
    for (let i = path.lastIndexOf('/'); i >= 0; i = i === 0 ? -1 : path.lastIndexOf('/', i - 1)) {
      const handler = this.#prefixes.get(path.slice(0, i + 1));
      if (handler) return handler;
    }
    return this.#notFound;
  }
}
