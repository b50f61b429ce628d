import { expect, test } from 'vitest';
import { AuditContext } from '../../audit/context.ts';
import type { AuditEvent } from '../../audit/event.ts';
import type { KubeObject } from '../../apimachinery/types.ts';
import type { RequestContext } from '../../http/context.ts';
import { newClaims, newValidator } from './validator.ts';
import type { ClaimsOptions, Getter } from './validator.ts';

const NOW = Date.UTC(2026, 0, 1);
const object = (kind: string, name: string, more: object = {}): KubeObject => ({ apiVersion: 'v1', kind, metadata: { name, namespace: 'ns', uid: `${name}-uid`, ...more } });
const account = object('ServiceAccount', 'sa');
const objects = [account, object('Pod', 'p'), object('Secret', 's'), object('Node', 'n'), object('Pod', 'going', { deletionTimestamp: '2025-12-31T23:59:30Z' }), object('Pod', 'gone', { deletionTimestamp: '2025-12-31T23:58:00Z' })];
const read = (all: KubeObject[], kind: string): Getter => async (_ctx, _namespace, name) => all.find((each) => each.kind === kind && each.metadata.name === name);
const getterOf = (all: KubeObject[]) => ({ serviceAccount: read(all, 'ServiceAccount'), pod: read(all, 'Pod'), secret: read(all, 'Secret'), node: read(all, 'Node') });

const newContext = () => ({ warnings: new Set(), audit: new AuditContext({} as AuditEvent) }) as unknown as RequestContext;
const ref = (name: string, uid = `${name}-uid`) => ({ name, uid });

function validate(bound: ClaimsOptions['bound'], { at = NOW, all = objects, warnAfter = 0, ctx = newContext() } = {}) {
  const claims = newClaims({ account, bound, audiences: ['a'], expirationSeconds: 600, warnAfter, now: NOW });
  return newValidator(getterOf(all), { now: () => at })(ctx, '', { ...claims, jti: 'j' });
}

const groups = ['system:serviceaccounts', 'system:serviceaccounts:ns'];
const extra = (more: object) => ({ 'authentication.kubernetes.io/credential-id': ['JTI=j'], ...more });

test.each<[string, ClaimsOptions['bound'], object]>([
  ['the account alone', {}, {}],
  ['a Pod', { pod: ref('p') }, { 'authentication.kubernetes.io/pod-name': ['p'], 'authentication.kubernetes.io/pod-uid': ['p-uid'] }],
  ['a Pod on a node that is gone', { pod: ref('p'), node: ref('x', '') }, { 'authentication.kubernetes.io/pod-name': ['p'], 'authentication.kubernetes.io/pod-uid': ['p-uid'], 'authentication.kubernetes.io/node-name': ['x'] }],
  ['a Secret', { secret: ref('s') }, {}],
  ['a node', { node: ref('n') }, { 'authentication.kubernetes.io/node-name': ['n'], 'authentication.kubernetes.io/node-uid': ['n-uid'] }],
  ['a Pod that was deleted a moment ago', { pod: ref('going') }, { 'authentication.kubernetes.io/pod-name': ['going'], 'authentication.kubernetes.io/pod-uid': ['going-uid'] }],
])('knows the bearer of a token bound to %s', async (_what, bound, more) => {
  expect(await validate(bound)).toEqual({ name: 'system:serviceaccount:ns:sa', uid: 'sa-uid', groups, extra: extra(more) });
});

test.each<[string, ClaimsOptions['bound'], Parameters<typeof validate>[1], string]>([
  ['has expired', {}, { at: NOW + 661_000 }, 'service account token has expired'],
  ['is not valid yet', {}, { at: NOW - 61_000 }, 'service account token is not valid yet'],
  ['has no account', {}, { all: [] }, 'serviceaccounts "sa" not found'],
  ['has another account', {}, { all: [object('ServiceAccount', 'sa', { uid: 'x' })] }, 'service account UID (x) does not match claim (sa-uid)'],
  ['has lost its account', {}, { all: [object('ServiceAccount', 'sa', { deletionTimestamp: '2025-12-31T23:58:00Z' })] }, 'service account ns/sa has been deleted'],
  ['is bound to a Pod that is not there', { pod: ref('x') }, {}, 'service account token has been invalidated'],
  ['is bound to another Pod', { pod: ref('p', 'x') }, {}, 'pod UID (p-uid) does not match service account pod ref claim (x)'],
  ['is bound to a Pod that was deleted', { pod: ref('gone') }, {}, 'service account token has been invalidated'],
  ['is bound to a Secret that is not there', { secret: ref('x') }, {}, 'service account token has been invalidated'],
  ['is bound to another node', { node: ref('n', 'x') }, {}, 'node UID (n-uid) does not match service account node ref claim (x)'],
])('refuses a token that %s', async (_what, bound, options, message) => {
  await expect(validate(bound, options)).rejects.toThrow(message);
});

test('allows clocks to differ by a minute', async () => {
  await validate({}, { at: NOW + 659_000 });
  await validate({}, { at: NOW - 59_000 });
});

test('notes the use of a token that should have been renewed', async () => {
  const ctx = newContext();
  await validate({ pod: ref('p') }, { at: NOW + 70_000, warnAfter: 60, ctx });
  expect(ctx.audit?.annotations.get('authentication.k8s.io/stale-token')).toBe('subject: system:serviceaccount:ns:sa, seconds after warning threshold: 10');
});
