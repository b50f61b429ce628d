/**
 * Which flow a request belongs to: that of the first flow schema, by precedence, that is about it, and the priority
 * level that this schema names.
 *
 * Upstream: digestFlowSchemasLocked and startRequest of k8s.io/apiserver/pkg/util/flowcontrol/apf_controller.go. Leaves
 * out queues and their fairness: with-max-in-flight-limit.ts alone decides who waits.
 */
import { int, struct, structs, text } from '../apimachinery/access.ts';
import type { KubeObject } from '../apimachinery/types.ts';
import type { UserInfo } from '../authentication/interfaces.ts';
import type { RequestInfo } from '../http/request-info.ts';
import { matchesPolicyRule } from './rule.ts';
import type { PolicyRule } from './rule.ts';

export interface Classification {
  flowSchemaUID: string;
  priorityLevelUID: string;
}

export interface FlowControl {
  /** Undefined as long as no flow schema is known. */
  classify(info: RequestInfo, user: UserInfo): Classification | undefined;
}

interface Flow extends Classification {
  name: string;
  precedence: number;
  rules: PolicyRule[];
}

const CATCH_ALL = 'catch-all';

/** Follows the stored objects: `upsert` and `remove` are what a watch says. */
export class FlowControlIndex implements FlowControl {
  readonly #objects: Record<string, Map<string, KubeObject>> = { FlowSchema: new Map(), PriorityLevelConfiguration: new Map() };
  #flows: Flow[] | undefined;

  upsert(obj: KubeObject): void {
    this.#objects[obj.kind]?.set(obj.metadata.name ?? '', obj);
    this.#flows = undefined;
  }

  remove(obj: KubeObject): void {
    this.#objects[obj.kind]?.delete(obj.metadata.name ?? '');
    this.#flows = undefined;
  }

  classify(info: RequestInfo, user: UserInfo): Classification | undefined {
    const flows = (this.#flows ??= this.#digest());
    return flows.find(({ rules }) => rules.some((rule) => matchesPolicyRule(info, user, rule))) ?? flows.find(({ name }) => name === CATCH_ALL);
  }

  /** Each flow schema, and whether the priority level that it names is there. */
  references(): [schema: KubeObject, isThere: boolean][] {
    const { FlowSchema: schemas, PriorityLevelConfiguration: levels } = this.#objects;
    return [...(schemas?.values() ?? [])].map((schema) => [schema, levels?.has(priorityLevelOf(schema)) ?? false]);
  }

  /** A schema whose priority level is not there counts for nothing. */
  #digest(): Flow[] {
    const { FlowSchema: schemas, PriorityLevelConfiguration: levels } = this.#objects;
    const flows = [...(schemas?.values() ?? [])].flatMap((schema): Flow[] => {
      const { name = '', uid = '' } = schema.metadata;
      const spec = struct(schema, 'spec');
      const level = levels?.get(priorityLevelOf(schema));
      // the schema has been checked before the object was stored
      const rules = structs(spec, 'rules') as unknown as PolicyRule[];
      return level ? [{ name, flowSchemaUID: uid, priorityLevelUID: level.metadata.uid ?? '', precedence: int(spec, 'matchingPrecedence') ?? 0, rules }] : [];
    });
    return flows.sort((a, b) => a.precedence - b.precedence || (a.name < b.name ? -1 : 1));
  }
}

/** The name of the priority level of a flow schema. */
export const priorityLevelOf = (schema: KubeObject) => text(struct(struct(schema, 'spec'), 'priorityLevelConfiguration'), 'name');
