/**
 * Nobody grants what they do not hold: writes of roles and bindings are checked against the writer's own rules, unless
 * `escalate` or `bind` is theirs.
 *
 * Upstream: pkg/registry/rbac/{role,clusterrole,rolebinding,clusterrolebinding}/policybased, escalation_check.go,
 * validation/rule.go (ConfirmNoEscalation).
 */
import { struct, structs, text } from '../../apimachinery/access.ts';
import { semanticDeepEqual } from '../../apimachinery/deep.ts';
import { everythingFields } from '../../apimachinery/fields.ts';
import { everythingLabels } from '../../apimachinery/labels.ts';
import { quote } from '../../apimachinery/quote.ts';
import type { KubeObject } from '../../apimachinery/types.ts';
import { PRIVILEGED_GROUP } from '../../authentication/interfaces.ts';
import { aggregateRules } from '../../authorization/aggregation.ts';
import { isAllowed } from '../../authorization/allowed.ts';
import type { Authorizer, RuleResolver } from '../../authorization/interfaces.ts';
import type { PolicyRule } from '../../authorization/rules.ts';
import type { RequestContext } from '../../http/context.ts';
import { requestInfoFrom } from '../../http/context.ts';
import { newForbidden } from '../../http/status.ts';
import { getInContext } from '../core/in-context.ts';
import type { Readable } from '../core/in-context.ts';
import { withRequest } from '../core/with-request.ts';
import type { RESTStorage } from '../rest.ts';
import type { Store } from '../store.ts';
import { describeRules, missingRules, quoteAll } from './covers.ts';

const GROUP = 'rbac.authorization.k8s.io';
const EVERYTHING = { labelSelector: everythingLabels, fieldSelector: everythingFields, resourceVersion: '', resourceVersionMatch: '', limit: 0, continue: '', allowWatchBookmarks: false, watch: false } as const;

export interface Policy {
  authorizer: Authorizer;
  rules: RuleResolver;
}

/** Throws where the writer of an object may not. */
type Check = (ctx: RequestContext, obj: KubeObject, old?: KubeObject) => Promise<void>;

const FULL_AUTHORITY: PolicyRule[] = [
  { verbs: ['*'], apiGroups: ['*'], resources: ['*'] },
  { verbs: ['*'], nonResourceURLs: ['*'] },
];

export function newPolicyBasedRole(rest: RESTStorage, { resource }: Pick<Store, 'resource'>, policy: Policy): RESTStorage {
  return checked(rest, async (ctx, role, old) => {
    const { resource: plural, name } = requestInfoFrom(ctx);
    if (await authorized(ctx, policy, 'escalate', plural, name)) return;
    confirmNoEscalation(ctx, policy, role, resource.resource, rulesOf(role));
    // selectors may come to gather any rule
    if (!hasAggregationRule(role) && !(old && hasAggregationRule(old))) return;
    if (missingOf(ctx, policy, FULL_AUTHORITY).missing.length > 0) throw newForbidden({ group: GROUP, resource: resource.resource }, role.metadata.name ?? '', 'must have cluster-admin privileges to use the aggregationRule');
  });
}

const hasAggregationRule = (role: KubeObject) => structs(struct(role, 'aggregationRule'), 'clusterRoleSelectors').length > 0;

/** `roles` and `clusterRoles` are what bindings refer to. */
export function newPolicyBasedBinding(rest: RESTStorage, { resource }: Pick<Store, 'resource'>, policy: Policy, roles: Readable, clusterRoles: Readable & Pick<Store, 'list'>): RESTStorage {
  return checked(rest, async (ctx, binding) => {
    const ref = struct(binding, 'roleRef');
    const [kind, name] = [text(ref, 'kind'), text(ref, 'name')];
    const referred = { Role: roles, ClusterRole: clusterRoles }[kind];
    if (referred && (await authorized(ctx, policy, 'bind', referred.resource.resource, name, text(ref, 'apiGroup')))) return;
    if (!referred) throw new Error(`unsupported role reference kind: ${quote(kind)}`);
    const role = await getInContext(ctx, referred, name);
    // what it gathers it grants, before a controller has written it down
    const rules = hasAggregationRule(role) ? aggregateRules(role, (await clusterRoles.list(withRequest(ctx, 'list', ''), EVERYTHING)).items) : rulesOf(role);
    confirmNoEscalation(ctx, policy, binding, resource.resource, rules);
  });
}

function checked(rest: RESTStorage, check: Check): RESTStorage {
  const { create, update } = rest;
  const isPrivileged = ({ user }: RequestContext) => user?.groups.includes(PRIVILEGED_GROUP) ?? false;
  return {
    ...rest,
    ...(create && {
      async create(ctx, obj, validate, options) {
        if (!isPrivileged(ctx)) await check(ctx, obj);
        return create(ctx, obj, validate, options);
      },
    }),
    ...(update && {
      async update(ctx, name, info, validateCreate, validateUpdate, options) {
        const { preconditions } = info;
        const checking = {
          ...(preconditions && { preconditions }),
          async updatedObject(ctx: RequestContext, old: KubeObject | undefined) {
            const obj = await info.updatedObject(ctx, old);
            if (!isPrivileged(ctx) && !onlyForGarbageCollection(obj, old)) await check(ctx, obj, old);
            return obj;
          },
        };
        return update(ctx, name, checking, validateCreate, validateUpdate, options);
      },
    }),
  } satisfies RESTStorage;
}

async function authorized(ctx: RequestContext, { authorizer }: Policy, verb: string, resource: string, name: string, apiGroup = GROUP): Promise<boolean> {
  if (!ctx.user) return false;
  const { namespace, path } = requestInfoFrom(ctx);
  const attributes = { user: ctx.user, verb, isResourceRequest: true, path, namespace, apiGroup, apiVersion: '*', resource, subresource: '', name };
  return isAllowed(ctx, authorizer, attributes);
}

function missingOf(ctx: RequestContext, { rules }: Policy, wanted: PolicyRule[]) {
  const { user = { name: '', groups: [] } } = ctx;
  const { resourceRules, nonResourceRules, evaluationError } = rules.rulesFor(user, requestInfoFrom(ctx).namespace);
  return { user, evaluationError, missing: missingRules([...resourceRules, ...nonResourceRules], wanted) };
}

function confirmNoEscalation(ctx: RequestContext, policy: Policy, obj: KubeObject, resource: string, wanted: PolicyRule[]): void {
  const { user, evaluationError, missing } = missingOf(ctx, policy, wanted);
  if (missing.length === 0) return;
  const why = `user ${quote(user.name)} (groups=${quoteAll(user.groups)}) is attempting to grant RBAC permissions not currently held:\n${describeRules(missing)}`;
  throw newForbidden({ group: GROUP, resource }, obj.metadata.name ?? '', evaluationError === '' ? why : `${why}; resolution errors: [${evaluationError}]`);
}

/** The rules of a role that was decoded by its schema. */
function rulesOf(role: KubeObject): PolicyRule[] {
  return (role['rules'] ?? []) as PolicyRule[];
}

/** Upstream's IsOnlyMutatingGCFields: the garbage collector holds no rights of its own. */
function onlyForGarbageCollection(obj: KubeObject, old: KubeObject | undefined): boolean {
  if (!old) return false;
  const rest = ({ metadata: { ownerReferences: _owners, finalizers: _finalizers, managedFields: _managers, ...metadata }, ...fields }: KubeObject) => ({ ...fields, metadata });
  return semanticDeepEqual(rest(obj), rest(old));
}
