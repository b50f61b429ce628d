/**
 * What became of an object after a request: every write to it and to what it owns, in the order of their revisions, by
 * whom, of what they had heard before, and who was told. Put together from what a stage tells of itself.
 */
import type { LabMessage, LabSpan, LabStoreEvent } from '../../server/observe/lab/messages.ts';
import { isAbout, isRoot, requestOf, revisionsOf, startOf } from './journey-request.ts';
import type { WriteRequest } from './journey-request.ts';
import { changesOf } from './object-changes.ts';
import type { Change } from './object-changes.ts';

export interface Write {
  /** Missing where it was refused. */
  revision?: number;
  deed: 'created' | 'changed' | 'deleted' | 'refused';
  kind: string;
  name: string;
  changes: Change[];
  /** The request that did it; missing where nobody looked when it came. */
  request?: WriteRequest;
  /** The revision that its writer had heard of last. */
  heard?: number;
  /** The controllers that were told of it. */
  told: string[];
}

interface Heard {
  handler: string;
  revision: number;
  at: number;
}

interface KubeJSON {
  kind?: string;
  metadata?: { name?: string; uid?: string; ownerReferences?: { uid: string }[] };
}

interface StoredWrite extends LabStoreEvent {
  before: KubeJSON | undefined;
  object: KubeJSON;
}

/** As many as a page keeps. */
const keptTraces = 400;
const keptWrites = 2000;

export class JourneyLog {
  readonly #objects = new Map<string, KubeJSON>();
  #writes: StoredWrite[] = [];
  readonly #traces = new Map<string, Map<string, LabSpan>>();
  #heard: Heard[] = [];

  take(message: LabMessage): void {
    if (message.type === 'span') this.#takeSpan(message.span);
    else if (message.type === 'store') {
      if (message.reset) this.#objects.clear();
      for (const event of message.events) this.#takeEvent(event, message.reset === true);
      this.#writes = this.#writes.slice(-keptWrites);
    }
  }

  /** Of the object at this path (`/api/v1/namespaces/default/pods/nginx`), from the write that a request made. */
  of(path: string, traceId: string): Write[] {
    const requests = [...this.#traces].map(([id, trace]) => requestOf(id, [...trace.values()].sort((a, b) => a.start - b.start)));
    const byRevision = new Map(requests.flatMap((request) => revisionsOf(request).map((revision): [number, WriteRequest] => [revision, request])));
    const kin = this.#kinOf(path);
    const first = this.#writes.find(({ key, modRevision }) => kin.has(key) && byRevision.get(modRevision)?.traceId === traceId);
    if (!first) return [];
    const revisions = new Set(this.#writes.filter(({ key, modRevision }) => kin.has(key) && modRevision >= first.modRevision).map(({ modRevision }) => modRevision));
    const made = this.#writes.filter(({ modRevision }) => revisions.has(modRevision)).map((write) => this.#write(write, byRevision.get(write.modRevision), revisions));
    const began = startOf(byRevision.get(first.modRevision));
    const refused = requests.filter((request) => request.status >= 400 && startOf(request) > began && [...kin].some((key) => isAbout(request, key)));
    for (const request of refused) {
      const after = made.findIndex((write) => startOf(write.request) > startOf(request));
      made.splice(after < 0 ? made.length : after, 0, this.#refusal(request, revisions));
    }
    return made;
  }

  #refusal(request: WriteRequest, revisions: ReadonlySet<number>): Write {
    const [, kind = '', name = ''] = /\/([^/]+)\/([^/?]+)(?:\/\w+)?(?:\?|$)/.exec(request.path) ?? [];
    return { deed: 'refused', kind, name, changes: [], request, told: [], ...this.#heardBy(request, revisions) };
  }

  #heardBy(request: WriteRequest | undefined, revisions: ReadonlySet<number>): { heard?: number } {
    const last = this.#heard.findLast(({ handler, revision, at }) => handler === request?.who && at <= startOf(request) && revisions.has(revision));
    return last ? { heard: last.revision } : {};
  }

  #write({ type, modRevision, createRevision, before, object }: StoredWrite, request: WriteRequest | undefined, revisions: ReadonlySet<number>): Write {
    const deed = type === 'delete' ? 'deleted' : modRevision === createRevision ? 'created' : 'changed';
    const { kind = '', metadata = {} } = object;
    return {
      revision: modRevision,
      deed,
      kind,
      name: metadata.name ?? '',
      changes: deed === 'changed' ? changesOf(before, object) : deed === 'created' ? changesOf({}, { metadata: { ownerReferences: metadata.ownerReferences } }) : [],
      ...(request && { request }),
      ...this.#heardBy(request, revisions),
      told: [...new Set(this.#heard.filter(({ revision }) => revision === modRevision).map(({ handler }) => handler))],
    };
  }

  /** The keys of the object, and of all that it owns, and they. */
  #kinOf(path: string): Set<string> {
    const [, namespace = '', resource = '', name = ''] = /\/namespaces\/([^/]+)\/([^/]+)\/([^/]+)$/.exec(path) ?? [];
    const subject = this.#writes.findLast(({ key }) => key.endsWith(`/${resource}/${namespace}/${name}`));
    const uids = new Set([subject?.object.metadata?.uid]);
    const keys = new Set<string>();
    // what is owned is written after its owner
    for (const { key, object: { metadata } } of this.#writes) {
      if (!uids.has(metadata?.uid) && !metadata?.ownerReferences?.some(({ uid }) => uids.has(uid))) continue;
      uids.add(metadata?.uid);
      keys.add(key);
    }
    return keys;
  }

  #takeEvent(event: LabStoreEvent, wasThere: boolean): void {
    const before = this.#objects.get(event.key);
    const object = event.type === 'put' ? ((event.json ?? {}) as KubeJSON) : (before ?? {});
    if (event.type === 'put') this.#objects.set(event.key, object);
    else this.#objects.delete(event.key);
    if (!wasThere) this.#writes.push({ ...event, before, object });
  }

  #takeSpan(span: LabSpan): void {
    const { attributes, traceId, spanId, start } = span;
    const handler = attributes['informer.handler'];
    if (handler !== undefined) {
      if (span.end !== undefined) this.#heard = [...this.#heard.slice(1 - keptWrites), { handler: String(handler), revision: Number(attributes['object.resource_version']), at: start }];
      return;
    }
    // what only reads writes nothing
    if (!this.#traces.has(traceId) && !(isRoot(span) && attributes['http.request.method'] !== 'GET')) return;
    const trace = this.#traces.get(traceId) ?? new Map<string, LabSpan>();
    this.#traces.set(traceId, trace.set(spanId, span));
    if (this.#traces.size > keptTraces) this.#traces.delete(this.#traces.keys().next().value ?? '');
  }
}
