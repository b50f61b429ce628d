/**
 * Flow schemas: which requests belong together, at which priority level, and what tells the flows among them apart.
 *
 * Upstream: digestFlowSchemasLocked and computeFlowDistinguisher of k8s.io/apiserver/pkg/util/flowcontrol/apf_controller.go,
 * and the order of pkg/util/apihelpers.
 */
import { int, struct, structs, text } from '../apimachinery/access.ts';
import type { KubeObject } from '../apimachinery/types.ts';
import type { UserInfo } from '../authentication/interfaces.ts';
import type { RequestInfo } from '../http/request-info.ts';
import { CATCH_ALL, EXEMPT } from './priority-level.ts';
import { matchesPolicyRule } from './rule.ts';
import type { PolicyRule } from './rule.ts';

export interface FlowSchema {
  name: string;
  uid: string;
  priorityLevel: string;
  matchingPrecedence: number;
  distinguisherMethod: string;
  rules: PolicyRule[];
}

function parseFlowSchema(schema: KubeObject): FlowSchema {
  const { name = '', uid = '' } = schema.metadata;
  const spec = struct(schema, 'spec');
  return {
    name,
    uid,
    priorityLevel: priorityLevelOf(schema),
    matchingPrecedence: int(spec, 'matchingPrecedence') ?? 0,
    distinguisherMethod: text(struct(spec, 'distinguisherMethod'), 'type'),
    // the schema has been checked before the object was stored
    rules: structs(spec, 'rules') as unknown as PolicyRule[],
  };
}

/** The name of the priority level of a flow schema. */
export const priorityLevelOf = (schema: KubeObject) => text(struct(struct(schema, 'spec'), 'priorityLevelConfiguration'), 'name');

/** In the order in which they are asked. One whose priority level is not there counts for nothing; the mandatory ones are always there. */
export function digestFlowSchemas(objects: Iterable<KubeObject>, mandatory: readonly KubeObject[], isLevel: (name: string) => boolean): FlowSchema[] {
  const schemas = [...objects].map(parseFlowSchema).filter(({ priorityLevel }) => isLevel(priorityLevel));
  schemas.sort((a, b) => a.matchingPrecedence - b.matchingPrecedence || (a.name < b.name ? -1 : 1));
  const missing = mandatory.map(parseFlowSchema).filter(({ name }) => !schemas.some((each) => each.name === name));
  return [...missing.filter(({ name }) => name === EXEMPT), ...schemas, ...missing.filter(({ name }) => name === CATCH_ALL)];
}

export function findFlowSchema(schemas: readonly FlowSchema[], info: RequestInfo, user: UserInfo): FlowSchema {
  const found = schemas.find(({ rules }) => rules.some((rule) => matchesPolicyRule(info, user, rule))) ?? schemas.find(({ name }) => name === CATCH_ALL);
  if (!found) throw new Error(`no flow schema ${CATCH_ALL}`);
  return found;
}

export function flowDistinguisher({ distinguisherMethod }: FlowSchema, info: RequestInfo, user: UserInfo): string {
  if (distinguisherMethod === 'ByUser') return user.name;
  return distinguisherMethod === 'ByNamespace' ? info.namespace : '';
}
