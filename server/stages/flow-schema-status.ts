/**
 * Says in the status of each flow schema whether the priority level that it names is there.
 *
 * Upstream: presyncFlowSchemaStatus and digestConfigObjects of k8s.io/apiserver/pkg/util/flowcontrol/apf_controller.go.
 */
import { structs, struct, text } from '../apimachinery/access.ts';
import { newFieldManager } from '../apimachinery/managedfields/field-manager.ts';
import type { KubeObject } from '../apimachinery/types.ts';
import type { FlowController } from '../flowcontrol/flow-control.ts';
import { priorityLevelOf } from '../flowcontrol/flow-schema.ts';
import { newBackgroundContext } from '../http/background.ts';
import type { RequestContext } from '../http/context.ts';
import { isNotFound } from '../http/status.ts';
import { formatTime } from '../apimachinery/serializer/go-time.ts';
import type { RESTProvider } from '../registry/builtin.ts';
import { lookupSubresource } from '../registry/lookup.ts';
import type { Machinery } from '../endpoints/machinery.ts';
import type { ObjectIndex } from './follow-objects.ts';
import type { ServerConfig } from './stage.ts';

const KIND = { group: 'flowcontrol.apiserver.k8s.io', version: 'v1', kind: 'FlowSchema' };
const MANAGER = 'api-priority-and-fairness-config-consumer-v1';
const TYPE = 'Dangling';
const nothing = async () => undefined;
/** Milliseconds. */
const MINUTE = 60_000;
/** Of one flow schema: servers that disagree would go on and on. */
const UPDATES_A_MINUTE = 6;

export interface FlowSchemaStatuses extends ObjectIndex {
  /** From now on statuses are kept; resolves when those that are wrong now have been written. */
  start(): Promise<void>;
}

/** Passes on to the index what it is told, and follows with the statuses. */
export function newFlowSchemaStatuses({ clock, log, tracer }: ServerConfig, { scheme }: Machinery, rest: RESTProvider, index: FlowController, signal: AbortSignal): FlowSchemaStatuses {
  const fields = newFieldManager({ scheme, kind: KIND, subresource: 'status', clock });
  let started = false;
  let syncing = Promise.resolve();
  let updates: { name: string | undefined; at: number }[] = [];
  return {
    upsert(obj) {
      index.upsert(obj);
      if (started) void sync();
    },
    remove(obj) {
      index.remove(obj);
      if (started) void sync();
    },
    start() {
      started = true;
      return sync();
    },
  };

  /** One after the other: each looks at what is known when its turn has come. */
  function sync(): Promise<void> {
    syncing = syncing.then(writeAll).catch((err: unknown) => {
      if (!signal.aborted) log.error(err, 'writing the status of a flow schema');
    });
    return syncing;
  }

  async function writeAll(): Promise<void> {
    for (const [schema, isThere] of index.references()) {
      const wanted = conditionOf(schema, isThere);
      const found = structs(struct(schema, 'status'), 'conditions').find((c) => text(c, 'type') === TYPE);
      const same = found && (['status', 'reason', 'message'] as const).every((field) => text(found, field) === wanted[field]);
      if (same || signal.aborted) continue;
      const { name } = schema.metadata;
      const at = clock.now();
      updates = updates.filter((update) => at - update.at < MINUTE);
      if (updates.filter((update) => update.name === name).length >= UPDATES_A_MINUTE) {
        syncLater();
        continue;
      }
      updates.push({ name, at });
      await write(schema, { ...wanted, lastTransitionTime: formatTime(at) });
    }
  }

  /** Not when the others do. */
  function syncLater(): void {
    const timer = setTimeout(() => void sync(), MINUTE * (0.5 + 0.75 * Math.random()));
    signal.addEventListener('abort', () => clearTimeout(timer), { once: true });
  }

  async function write({ apiVersion, kind, metadata: { name = '' } }: KubeObject, condition: object): Promise<void> {
    const { update } = lookupSubresource(rest, KIND.group, 'flowschemas', 'status');
    const applied: KubeObject = { apiVersion, kind, metadata: { name }, status: { conditions: [condition] } };
    const info = { updatedObject: async (_ctx: RequestContext, live: KubeObject | undefined) => fields.apply(live, applied, MANAGER, true) };
    const options = { dryRun: false, fieldManager: MANAGER, fieldValidation: 'Ignore', forceAllowCreate: false } as const;
    await update?.(newBackgroundContext(tracer, 'update', ''), name, info, nothing, nothing, options).catch((err: unknown) => {
      // it went meanwhile
      if (!isNotFound(err)) throw err;
    });
  }
}

function conditionOf(schema: KubeObject, isThere: boolean) {
  const references = `This FlowSchema references the PriorityLevelConfiguration object named "${priorityLevelOf(schema)}"`;
  return isThere
    ? { type: TYPE, status: 'False', reason: 'Found', message: `${references} and it exists` }
    : { type: TYPE, status: 'True', reason: 'NotFound', message: `${references} but there is no such object` };
}
