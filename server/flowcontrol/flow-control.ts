/**
 * FlowController says when it is a request's turn. It goes by flow schemas and priority levels, as they are stored at the
 * moment: `upsert` and `remove` are what a watch of them says.
 *
 * Upstream: configController of k8s.io/apiserver/pkg/util/flowcontrol/apf_controller.go and apf_filter.go. The dumps
 * read the same numbers as the metrics.
 */
import bootstrap from '../apimachinery/facts/bootstrap.json' with { type: 'json' };
import type { KubeObject } from '../apimachinery/types.ts';
import type { UserInfo } from '../authentication/interfaces.ts';
import type { Clock } from '../http/context.ts';
import type { RequestInfo } from '../http/request-info.ts';
import { BORROWING_ADJUSTMENT_PERIOD, updateBorrowing } from './borrowing.ts';
import { newEventClock } from './event-clock.ts';
import type { EventClock } from './event-clock.ts';
import type { QueuedRequest } from './fairqueuing/queue.ts';
import type { QueueSet } from './fairqueuing/queue-set.ts';
import { digestFlowSchemas, findFlowSchema, flowDistinguisher, priorityLevelOf } from './flow-schema.ts';
import type { FlowSchema } from './flow-schema.ts';
import type { FlowControlMetrics } from './metrics.ts';
import { CATCH_ALL, EXEMPT, parsePriorityLevel } from './priority-level.ts';
import type { PriorityLevel } from './priority-level.ts';
import { PriorityLevelState } from './priority-level-state.ts';
import type { WorkEstimate } from './request/config.ts';
import { StorageObjectCountTracker } from './request/object-count-tracker.ts';
import { newWorkEstimator } from './request/width.ts';
import type { WorkEstimator } from './request/width.ts';
import { snapshotOf } from './snapshot.ts';
import type { PriorityLevelSnapshot } from './snapshot.ts';
import { WatchTracker } from './watch-tracker.ts';

interface FlowControlOptions {
  clock: Clock | EventClock;
  /** How many seats there are: `--max-requests-inflight` and `--max-mutating-requests-inflight` together. */
  serverConcurrencyLimit: number;
  metrics?: FlowControlMetrics;
}

/** Where a request belongs, and what has become of it. */
export interface Classified {
  flowSchema: FlowSchema;
  priorityLevel: PriorityLevel;
  distinguisher: string;
  work: WorkEstimate;
  /** Undefined where it is rejected. */
  request: QueuedRequest | undefined;
  queues: QueueSet;
}

/** What a filter asks of it. */
export type FlowControl = Pick<FlowController, 'clock' | 'startRequest' | 'watches'>;

type Kind = 'FlowSchema' | 'PriorityLevelConfiguration';

const { flowschemas = [], prioritylevelconfigurations = [] } = bootstrap;
const isMandatory = ({ metadata }: KubeObject) => metadata.name === EXEMPT || metadata.name === CATCH_ALL;

export class FlowController {
  readonly clock: EventClock;
  readonly watches = new WatchTracker();
  readonly objectCounts = new StorageObjectCountTracker();
  readonly #options: FlowControlOptions;
  readonly #estimate: WorkEstimator;
  readonly #objects: Record<Kind, Map<string, KubeObject>> = { FlowSchema: new Map(), PriorityLevelConfiguration: new Map() };
  #schemas: readonly FlowSchema[] = [];
  #levels = new Map<string, PriorityLevelState>();

  constructor(options: FlowControlOptions) {
    this.#options = options;
    this.clock = 'after' in options.clock ? options.clock : newEventClock(options.clock);
    this.#estimate = newWorkEstimator(this.objectCounts, (info) => this.watches.getInterestedWatchCount(info));
    this.#digestConfigObjects();
    options.metrics?.collect(() => this.#states());
  }

  upsert(obj: KubeObject): void {
    if (!isKind(obj.kind)) return;
    this.#objects[obj.kind].set(obj.metadata.name ?? '', obj);
    this.#digestConfigObjects();
  }

  remove(obj: KubeObject): void {
    if (!isKind(obj.kind)) return;
    this.#objects[obj.kind].delete(obj.metadata.name ?? '');
    this.#digestConfigObjects();
  }

  /** Lets levels borrow from one another, until `signal` is aborted. */
  run(signal: AbortSignal): void {
    const next = (): void => {
      const cancel = this.clock.after(BORROWING_ADJUSTMENT_PERIOD, () => {
        signal.removeEventListener('abort', cancel);
        updateBorrowing(this.#states());
        next();
      });
      signal.addEventListener('abort', cancel, { once: true });
    };
    if (!signal.aborted) next();
  }

  startRequest(info: RequestInfo, user: UserInfo, url: string): Classified {
    const flowSchema = findFlowSchema(this.#schemas, info, user);
    const { config, maxSeats, queues, metrics } = this.#levels.get(flowSchema.priorityLevel)!;
    // one queue takes all flows alike
    const distinguisher = config.queuing.desiredNumQueues > 1 ? flowDistinguisher(flowSchema, info, user) : '';
    const work = this.#estimate(info, url, maxSeats);
    const request = queues.startRequest(work, { flowSchema: flowSchema.name, distinguisher, user, info, metrics: metrics?.(flowSchema.name) });
    return { flowSchema, priorityLevel: config, distinguisher, work, request, queues };
  }

  /** The priority levels as they are now, by name. */
  snapshot(): PriorityLevelSnapshot[] {
    return this.#states().map(snapshotOf);
  }

  /** Each flow schema, and whether the priority level that it names is there. */
  references(): [schema: KubeObject, isThere: boolean][] {
    const levels = new Set(this.#configured().map(({ name }) => name));
    return [...this.#objects.FlowSchema.values()].map((schema) => [schema, levels.has(priorityLevelOf(schema))]);
  }

  #states(): PriorityLevelState[] {
    return [...this.#levels.values()].sort((a, b) => (a.config.name < b.config.name ? -1 : 1));
  }

  #configured(): PriorityLevel[] {
    return [...this.#objects.PriorityLevelConfiguration.values()].map(parsePriorityLevel).filter((level) => level !== undefined);
  }

  /** All of it anew at every change: what depends on what need not be known then. */
  #digestConfigObjects(): void {
    const before = this.#levels;
    const after = new Map<string, PriorityLevelState>();
    const keep = (config: PriorityLevel, quiescing: boolean): void => {
      const state = before.get(config.name) ?? new PriorityLevelState(config, this.clock, () => this.#maybeReap(config.name), this.#options.metrics?.forLevel(config.name));
      state.config = config;
      state.quiescing = quiescing;
      after.set(config.name, state);
    };
    for (const config of this.#configured()) keep(config, false);
    this.#schemas = digestFlowSchemas(this.#objects.FlowSchema.values(), flowschemas.filter(isMandatory), (name) => after.has(name));
    for (const object of prioritylevelconfigurations.filter(isMandatory)) {
      const mandatory = parsePriorityLevel(object);
      if (mandatory && !after.has(mandatory.name)) keep(before.get(mandatory.name)?.config ?? mandatory, false);
    }
    // no request comes to these any more; those that are there are still answered
    for (const [name, { config, queues }] of before) if (!after.has(name) && !queues.isIdle) keep(config, true);

    this.#levels = after;
    const states = this.#states();
    const shareSum = states.reduce((sum, { config }) => sum + config.nominalConcurrencyShares, 0);
    for (const state of states) state.divideUp(this.#options.serverConcurrencyLimit, shareSum);
    updateBorrowing(states);
  }

  #maybeReap(priorityLevel: string): void {
    if (this.#levels.get(priorityLevel)?.quiescing) this.#digestConfigObjects();
  }
}

function isKind(kind: string): kind is Kind {
  return kind === 'FlowSchema' || kind === 'PriorityLevelConfiguration';
}
