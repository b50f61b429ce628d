/**
 * Builds an audit.k8s.io/v1 Event from a request.
 *
 * Upstream: k8s.io/apiserver/pkg/audit/request.go (LogRequestMetadata) and pkg/apis/audit/v1/types.go.
 */
import type { Request } from 'express';
import { getAuthorizerAttributes } from '../authorization/attributes.ts';
import type { Clock } from '../http/context.ts';
import type { StatusDetails } from '../http/status.ts';
import { eventUser } from './context.ts';
import type { AuditContext } from './context.ts';
import type { AuditAttributes, Level, PolicyRuleEvaluator } from './policy.ts';
import { sourceIPs } from './source-ips.ts';
import type { Sink } from './types.ts';

export type Stage = 'RequestReceived' | 'ResponseStarted' | 'ResponseComplete' | 'Panic';

export interface ResponseStatus {
  metadata: Record<string, never>;
  status?: string;
  message?: string;
  reason?: string;
  details?: StatusDetails;
  code?: number;
}

export interface EventUser {
  username: string;
  uid?: string;
  groups?: string[];
  extra?: Record<string, string[]>;
}

export interface ObjectReference {
  resource?: string;
  namespace?: string;
  name?: string;
  uid?: string;
  apiGroup?: string;
  apiVersion?: string;
  resourceVersion?: string;
  subresource?: string;
}

/** Text that is JSON already. */
export type RawJSON = string;

export interface AuditEvent {
  level: Level;
  auditID: string;
  stage: Stage;
  requestURI: string;
  verb: string;
  user: EventUser | Record<string, never>;
  impersonatedUser?: EventUser;
  authenticationMetadata?: { impersonationConstraint: string };
  sourceIPs?: string[];
  userAgent?: string;
  objectRef?: ObjectReference;
  responseStatus?: ResponseStatus;
  requestObject?: RawJSON;
  responseObject?: RawJSON;
  requestReceivedTimestamp: string;
  stageTimestamp: string;
  annotations?: Record<string, string>;
}

/** Where finished events go, and the policy that says which there are. */
export interface AuditBackend {
  sink: Sink;
  policy: PolicyRuleEvaluator;
  clock: Clock;
}

/** RFC 3339 with six digits of a second (meta/v1 MicroTime). */
export const microTime = (ms: number) => `${new Date(ms).toISOString().slice(0, -1)}000Z`;

/** The event of a request of which nothing is known but its id. */
export function newEvent(auditID: string): AuditEvent {
  return { level: 'None', auditID, stage: 'ResponseStarted', requestURI: '', verb: '', user: {}, requestReceivedTimestamp: '', stageTimestamp: '' };
}

/** Asks the policy and writes down what is known; undefined where the request is not audited. */
export function evaluatePolicyAndCreateAuditEvent(req: Request, backend: AuditBackend): AuditContext | undefined {
  const audit = req.ctx.audit;
  if (!audit) return undefined;
  const attributes = getAuthorizerAttributes(req.ctx, req.ctx.user);
  const config = backend.policy.evaluatePolicyRule(attributes);
  audit.init(config, backend.sink);
  if (config.level === 'None') return undefined;
  logRequestMetadata(audit.event, req, attributes);
  return audit;
}

function logRequestMetadata(event: AuditEvent, req: Request, attributes: AuditAttributes): void {
  event.requestReceivedTimestamp = microTime(req.ctx.requestReceivedTimestamp);
  event.verb = attributes.verb;
  event.requestURI = req.url;
  const userAgent = req.headers['user-agent'];
  if (userAgent) event.userAgent = userAgent.length > 1024 ? `${userAgent.slice(0, 1024)}...TRUNCATED` : userAgent;
  const ips = sourceIPs(req);
  if (ips.length > 0) event.sourceIPs = ips;
  if (attributes.user) event.user = eventUser(attributes.user);
  if (attributes.isResourceRequest) event.objectRef = objectReference(attributes);
}

function objectReference({ resource, namespace, name, apiGroup, apiVersion, subresource }: AuditAttributes): ObjectReference {
  return {
    ...(resource && { resource }),
    ...(namespace && { namespace }),
    ...(name && { name }),
    ...(apiGroup && { apiGroup }),
    ...(apiVersion && { apiVersion }),
    ...(subresource && { subresource }),
  };
}
