/**
 * WithAuthentication finds out who sends the request. What proves it is taken off the request, so that no later layer
 * can log or forward it; who cannot be known gets 401.
 *
 * Upstream: k8s.io/apiserver/pkg/endpoints/filters/authentication.go and authn_audit.go.
 */
import type { Request } from 'express';
import type { AuditBackend } from '../audit/event.ts';
import { auditFailedRequest } from '../audit/failed-request.ts';
import { ALL_UNAUTHENTICATED, ANONYMOUS } from '../authentication/interfaces.ts';
import type { AuthenticationRequest, Authenticator, AuthenticatorResponse, UserInfo } from '../authentication/interfaces.ts';
import { closeConnection } from '../http/close-connection.ts';
import type { Clock } from '../http/context.ts';
import { newUnauthorized } from '../http/status.ts';
import { snapshot } from '../observe/tracing.ts';
import type { Logger } from '../observe/logger.ts';
import type { ChainMetrics } from './chain-metrics.ts';
import type { Filter } from './filter.ts';

export function withAuthentication(authenticator: Authenticator, log: Logger, clock: Clock, audit: AuditBackend | undefined, metrics?: ChainMetrics): Filter {
  return async function withAuthentication(req, res, next) {
    const { ctx } = req;
    const start = clock.now();
    const methods = audit ? authMethods(req) : '';
    let result: 'success' | 'failure' | 'error' = 'error';
    let response: AuthenticatorResponse | undefined;
    try {
      response = await authenticator.authenticateRequest(req);
      result = response ? 'success' : 'failure';
    } catch (err) {
      log.error(err, 'Unable to authenticate the request');
    }
    const spent = clock.now() - start;
    ctx.latency?.track('authentication', spent);
    metrics?.access.authenticated(result, response?.user.name ?? '', spent);
    // one connection of HTTP/2 can make much work: whom nobody knows gets one request for each (CVE-2023-44487)
    if (req.httpVersionMajor === 2 && (!response || isAnonymousUser(response.user))) closeConnection(req, res);
    if (!response) {
      auditFailedRequest(req, res, audit, methods);
      throw newUnauthorized();
    }
    clearAuthenticationHeaders(req);
    const { user } = response;
    ctx.user = user;
    snapshot(ctx, 'user', () => ({ name: user.name, groups: user.groups }));
    next();
  };
}

function isAnonymousUser({ name, groups }: UserInfo): boolean {
  return name === ANONYMOUS || groups.includes(ALL_UNAUTHENTICATED);
}

const AUTHORIZATION = 'authorization';

/** The token, and what only a front proxy may say. */
function clearAuthenticationHeaders({ headers, rawHeaders }: Request): void {
  delete headers.authorization;
  // Node knows how many there were: only the value may go
  for (let i = 0; i < rawHeaders.length; i += 2) if (rawHeaders[i]!.length === AUTHORIZATION.length && rawHeaders[i]!.toLowerCase() === AUTHORIZATION) rawHeaders[i + 1] = '';
  for (const name in headers) if (name.startsWith('x-remote-') && /^x-remote-(user|uid|group|extra-.*)$/.test(name)) delete headers[name];
}

function authMethods({ headers, url, peerCertificates = [] }: AuthenticationRequest): string {
  const [scheme = '', credentials] = (headers.authorization ?? '').trim().split(' ');
  const method = credentials === undefined ? '' : scheme.toLowerCase();
  const [, query = ''] = url.split('?', 2);
  const attempted = [
    ...(method === 'basic' || method === 'bearer' ? [method] : []),
    ...(new URLSearchParams(query).get('access_token') ? ['access_token'] : []),
    ...(peerCertificates.length > 0 ? ['x509'] : []),
  ];
  return attempted.length > 0 ? `Authentication failed, attempted: ${attempted.join(', ')}` : 'Authentication failed, no credentials provided';
}
