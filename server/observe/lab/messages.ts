/**
 * What a running stage tells the page about itself: its spans as they start and end, what it stores, and how far
 * its caches and watchers have come. The same messages come from the worker and from a stage on this machine.
 *
 * Upstream has no such thing; its spans go to an OTLP collector, its keys are read with etcdctl.
 */
import * as z from 'zod/mini';

const attributes = z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]));

export const labSpan = z.object({
  traceId: z.string(),
  spanId: z.string(),
  parentSpanId: z.optional(z.string()),
  name: z.string(),
  /** Milliseconds since the epoch, with fractions; so are `end` and an event's `time`. */
  start: z.number(),
  /** Missing while the span runs: a span is told twice, when it starts and when it ends. */
  end: z.optional(z.number()),
  error: z.optional(z.string()),
  attributes,
  events: z.array(z.object({ name: z.string(), time: z.number(), attributes })),
});
export type LabSpan = z.infer<typeof labSpan>;

export const labStoreEvent = z.object({
  type: z.enum(['put', 'delete']),
  key: z.string(),
  createRevision: z.number(),
  modRevision: z.number(),
  version: z.number(),
  /** The stored bytes in base64; empty for a deletion. */
  value: z.string(),
  /** The stored object as JSON, where the bytes are one. */
  json: z.optional(z.unknown()),
});
export type LabStoreEvent = z.infer<typeof labStoreEvent>;

export const labWritten = z.object({ revision: z.number(), key: z.string(), how: z.enum(['created', 'changed', 'deleted']) });
export type LabWritten = z.infer<typeof labWritten>;

export const labWatcher = z.object({
  /** The trace id that its request came with. */
  id: z.string(),
  /** Of its User-Agent the first word: `kubectl`. */
  agent: z.string(),
  /** `pods`, `deployments.apps` */
  resource: z.string(),
  /** Of what it watches, without the server's prefix. */
  key: z.string(),
  /** The revision up to which it has been told what happened. */
  seen: z.number(),
});
export type LabWatcher = z.infer<typeof labWatcher>;

export const labCache = z.object({
  resource: z.string(),
  ready: z.boolean(),
  /** The oldest revision that a watch can go on from. */
  oldest: z.number(),
  /** Up to where the cache has followed etcd. */
  newest: z.number(),
  /** The revision of the list that it began with. */
  listed: z.number(),
});

/** Where everybody stands along etcd's revisions. */
export const labStorage = z.object({
  type: z.literal('storage'),
  stage: z.string(),
  etcd: z.enum(['running', 'stopped']),
  revision: z.number(),
  /** What came before this revision is forgotten; 0 where nothing is. */
  compacted: z.number(),
  /** The latest, in their order. */
  written: z.array(labWritten),
  /** None where watches are etcd's own. */
  caches: z.array(labCache),
  watchers: z.array(labWatcher),
});
export type LabStorage = z.infer<typeof labStorage>;

/** What a reader can do to a stage besides asking it. */
export const labAct = z.enum(['compact', 'stop etcd', 'start etcd', 'slow disk', 'fast disk', 'restart server']);
export type LabAct = z.infer<typeof labAct>;

export const labMessage = z.discriminatedUnion('type', [
  z.object({ type: z.literal('span'), stage: z.string(), span: labSpan }),
  /** With `reset`, the events are all that is stored and what was known before is void: the first message, and the first after a lost connection. */
  z.object({ type: z.literal('store'), stage: z.string(), revision: z.number(), reset: z.optional(z.boolean()), events: z.array(labStoreEvent) }),
  /** At first, and when something of it has changed. */
  labStorage,
]);
export type LabMessage = z.infer<typeof labMessage>;

export const labUser = z.object({ name: z.string(), token: z.optional(z.string()) });
export type LabUser = z.infer<typeof labUser>;

/** The answer of `/lab/info`. */
export const labInfo = z.object({
  server: z.literal('journey-of-an-api-request'),
  stages: z.array(z.object({ name: z.string(), adds: z.string(), restartable: z.boolean() })),
  users: z.array(labUser),
});
export type LabInfo = z.infer<typeof labInfo>;
