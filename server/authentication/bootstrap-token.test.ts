import { expect, test } from 'vitest';
import { readerOf } from '../admission/admission.test-util.ts';
import type { KubeObject } from '../apimachinery/types.ts';
import { requestFor } from '../registry/registry.test-util.ts';
import { newBootstrapTokenAuthenticator } from './bootstrap-token.ts';

const ID = 'abcdef';
const SECRET = '0123456789abcdef';
const now = Date.parse('2026-05-01T12:00:00Z');

interface Changes {
  data?: Record<string, string>;
  type?: string;
  metadata?: object;
}

function secret({ data = {}, type = 'bootstrap.kubernetes.io/token', metadata = {} }: Changes = {}): KubeObject {
  const full = { 'token-id': ID, 'token-secret': SECRET, 'usage-bootstrap-authentication': 'true', ...data };
  return { apiVersion: 'v1', kind: 'Secret', metadata: { namespace: 'kube-system', name: `bootstrap-token-${ID}`, ...metadata }, type, data: Object.fromEntries(Object.entries(full).map(([key, value]) => [key, btoa(value)])) };
}

const ask = async (stored: KubeObject, token = `${ID}.${SECRET}`) => newBootstrapTokenAuthenticator(readerOf(stored).get, { now: () => now }).authenticateToken(requestFor(), token);

test.each<[string, Changes, string[]]>([
  ['that says no more', {}, ['system:bootstrappers']],
  ['that is good until later', { data: { expiration: '2026-05-01T12:00:01Z' } }, ['system:bootstrappers']],
  ['that is good until later, elsewhere', { data: { expiration: '2026-05-01T14:30:00+02:00' } }, ['system:bootstrappers']],
  ['with groups', { data: { 'auth-extra-groups': 'system:bootstrappers:b,system:bootstrappers:a:x-y,system:bootstrappers:b' } }, ['system:bootstrappers', 'system:bootstrappers:a:x-y', 'system:bootstrappers:b']],
])('a token %s is that of a machine', async (_what, changes, groups) => {
  expect(await ask(secret(changes))).toEqual({ user: { name: 'system:bootstrap:abcdef', groups } });
});

test.each<[string, Changes]>([
  ['another secret', { data: { 'token-secret': '0123456789abcdee' } }],
  ['no secret', { data: { 'token-secret': '' } }],
  ['another id', { data: { 'token-id': 'abcdee' } }],
  ['another type', { type: 'Opaque' }],
  ['another namespace', { metadata: { namespace: 'default' } }],
  ['an end to come', { metadata: { deletionTimestamp: '2026-05-01T12:00:00Z' } }],
  ['a time that is up', { data: { expiration: '2026-05-01T12:00:00Z' } }],
  ['a time that is none', { data: { expiration: 'tomorrow' } }],
  ['a day that is none', { data: { expiration: '2027-02-31T00:00:00Z' } }],
  ['another use', { data: { 'usage-bootstrap-authentication': 'false' } }],
  ['a group of others', { data: { 'auth-extra-groups': 'system:bootstrappers:a,system:masters' } }],
  ['a group without a name', { data: { 'auth-extra-groups': 'system:bootstrappers:a,' } }],
])('a Secret with %s makes nobody known', async (_what, changes) => {
  expect(await ask(secret(changes))).toBeUndefined();
});

test.each([`${ID}${SECRET}`, `${ID}.${SECRET}x`, `ABCDEF.${SECRET}`, `ghijkl.${SECRET}`, `${ID}.${SECRET}\n`])('%j is no such token', async (token) => {
  expect(await ask(secret(), token)).toBeUndefined();
});
