import { createServer } from 'node:http';
import { expect, test } from 'vitest';
import type { Authorizer } from '../authorization/interfaces.ts';
import { asUser, clock, recordingLog, resolver, testServer } from './testing.ts';
import { withAuditInit } from './with-audit-init.ts';
import { withAuthorization } from './with-authorization.ts';
import { withPanicRecovery } from './with-panic-recovery.ts';
import { withRequestInfo } from './with-request-info.ts';

const serve = testServer(createServer);
const log = recordingLog();
const filters = (authorizer: Authorizer) => [
  withAuditInit(), withPanicRecovery(log), withRequestInfo(resolver), asUser({ name: 'alice', groups: [] }), withAuthorization(authorizer, log, clock),
];

test('passes on what is allowed and says why in the audit log', () =>
  serve({ filters: filters({ authorize: (_ctx, a) => ({ decision: 'allow', reason: `${a.user.name} may ${a.verb}` }) }), handler: (req, res) => void res.json([...(req.ctx.audit?.annotations ?? [])]) }, async (send) => {
    const { text } = await send('/api/v1/pods');
    expect(JSON.parse(text)).toEqual([['authorization.k8s.io/decision', 'allow'], ['authorization.k8s.io/reason', 'alice may list']]);
  }));

test.each([
  ['GET', '/api/v1/namespaces/n/configmaps', 'configmaps is forbidden: User "alice" cannot list resource "configmaps" in API group "" in the namespace "n"', { kind: 'configmaps' }],
  ['GET', '/api/v1/namespaces/n/configmaps/a', 'configmaps "a" is forbidden: User "alice" cannot get resource "configmaps" in API group "" in the namespace "n"', { kind: 'configmaps', name: 'a' }],
  ['DELETE', '/api/v1/namespaces/n/configmaps', 'configmaps is forbidden: User "alice" cannot deletecollection resource "configmaps" in API group "" in the namespace "n"', { kind: 'configmaps' }],
  ['GET', '/api/v1/nodes', 'nodes is forbidden: User "alice" cannot list resource "nodes" in API group "" at the cluster scope', { kind: 'nodes' }],
  ['GET', '/apis/apps/v1/namespaces/n/deployments/d/scale', 'deployments.apps "d" is forbidden: User "alice" cannot get resource "deployments/scale" in API group "apps" in the namespace "n"', { kind: 'deployments', group: 'apps', name: 'd' }],
  ['GET', '/metrics', 'forbidden: User "alice" cannot get path "/metrics"', {}],
])('forbids %s %s word for word', (method, path, message, details) =>
  serve({ filters: filters({ authorize: () => ({ decision: 'noOpinion', reason: '' }) }) }, async (send) => {
    const { status, headers, text } = await send(path, { method });
    expect(status).toBe(403);
    expect(headers.get('X-Content-Type-Options')).toBe('nosniff');
    expect(JSON.parse(text)).toEqual({ kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', message, reason: 'Forbidden', details, code: 403 });
  }));

test('adds the reason of the refusal', () =>
  serve({ filters: filters({ authorize: () => ({ decision: 'deny', reason: 'not today' }) }) }, async (send) => {
    expect(JSON.parse((await send('/healthz')).text).message).toBe('forbidden: User "alice" cannot get path "/healthz": not today');
  }));

test('answers 500 where the authorizer fails', () =>
  serve({ filters: filters({ authorize: () => Promise.reject(new Error('webhook <down>')) }) }, async (send) => {
    const { status, text } = await send('/healthz');
    expect(status).toBe(500);
    expect(text).toBe('Internal Server Error: "/healthz": webhook &lt;down&gt;\n');
  }));
