/**
 * The audit event of one request while it is being handled, and what any layer may write onto it.
 *
 * Upstream: k8s.io/apiserver/pkg/audit/context.go. What the bodies add is in request.ts.
 */
import type { UserInfo } from '../authentication/interfaces.ts';
import type { Clock, RequestContext } from '../http/context.ts';
import type { Status } from '../http/status.ts';
import type { AuditEvent, EventUser, ResponseStatus, Stage } from './event.ts';
import { microTime } from './event.ts';
import type { RequestAuditConfig } from './policy.ts';
import type { Processed, Sink } from './types.ts';

export class AuditContext {
  readonly event: AuditEvent;
  readonly annotations = new Map<string, string>();
  panicked = false;
  #config: RequestAuditConfig | undefined;
  #sink: Sink | undefined;

  constructor(event: AuditEvent) {
    this.event = event;
  }

  /** Before the policy has been asked everything may still be written down. */
  get enabled(): boolean {
    return this.#config?.level !== 'None';
  }

  get omitManagedFields(): boolean {
    return this.#config?.omitManagedFields ?? false;
  }

  init(config: RequestAuditConfig, sink: Sink): void {
    if (this.#config) throw new Error('audit context was already initialized');
    this.#config = config;
    this.#sink = sink;
    this.event.level = config.level;
  }

  /** Keeps what a Status has said besides its code. */
  setResponseCode(code: number): void {
    this.event.responseStatus = { ...(this.event.responseStatus ?? { metadata: {} }), code };
  }

  panic(err: unknown): void {
    this.panicked = true;
    const message = `APIServer panic'd: ${err instanceof Error ? err.message : String(err)}`;
    this.event.responseStatus = { metadata: {}, status: 'Failure', message, reason: 'InternalError', code: 500 };
  }

  /** Hands the event, as it is now, to the sink. */
  processEventStage(stage: Stage, clock: Clock): Processed {
    if (!this.#config || !this.#sink || this.#config.omitStages.includes(stage)) return true;
    this.event.stage = stage;
    this.event.stageTimestamp = stage === 'RequestReceived' ? this.event.requestReceivedTimestamp : microTime(clock.now());
    const annotations = this.annotations.size > 0 ? { annotations: Object.fromEntries(this.annotations) } : {};
    return this.#sink.processEvents({ ...this.event, ...annotations });
  }
}

/** The first value of a key stays. */
export function addAuditAnnotation(ctx: RequestContext, key: string, value: string): void {
  if (ctx.audit?.enabled && !ctx.audit.annotations.has(key)) ctx.audit.annotations.set(key, value);
}

/** A Status that is the answer says more than its code. */
export function logResponseStatus(ctx: RequestContext, { status, message, reason, details, code }: Status): void {
  if (ctx.audit?.enabled) ctx.audit.event.responseStatus = present({ metadata: {}, status, message, reason, details, code });
}

export function logImpersonatedUser(ctx: RequestContext, user: UserInfo, constraint: string): void {
  if (!ctx.audit?.enabled) return;
  ctx.audit.event.impersonatedUser = eventUser(user);
  if (constraint !== '') ctx.audit.event.authenticationMetadata = { impersonationConstraint: constraint };
}

/** A user as authentication.k8s.io/v1 UserInfo writes it: what is empty is left out. */
export function eventUser(user: UserInfo): EventUser {
  return {
    username: user.name,
    ...(user.uid && { uid: user.uid }),
    ...(user.groups.length > 0 && { groups: user.groups }),
    ...(user.extra && Object.keys(user.extra).length > 0 && { extra: user.extra }),
  };
}

function present(status: { [K in keyof ResponseStatus]: ResponseStatus[K] | undefined }): ResponseStatus {
  return Object.fromEntries(Object.entries(status).filter(([, value]) => value !== undefined)) as unknown as ResponseStatus;
}
