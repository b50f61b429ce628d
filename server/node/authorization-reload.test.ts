import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { newStaticRBACSource } from '../authorization/rbac-source.ts';
import { newBackgroundContext } from '../http/background.ts';
import { newAuthorizers } from '../stages/authorizers.ts';
import { defaultServerConfig } from '../stages/default-config.ts';
import { authorizationFromFlags } from './authorization.ts';
import { parseFlags } from './flags.ts';

const dir = mkdtempSync(join(tmpdir(), 'reload-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));
const policy = join(dir, 'policy.jsonl');
writeFileSync(policy, '{"apiVersion":"abac.authorization.kubernetes.io/v1beta1","kind":"Policy","spec":{"user":"alice","nonResourcePath":"*"}}\n');

const allow = { type: 'AlwaysAllow', name: 'alwaysallow' };
const rbac = { type: 'RBAC', name: 'rbac' };
const abac = { type: 'ABAC', name: 'abac' };
const contentOf = (...authorizers: object[]) => JSON.stringify({ apiVersion: 'apiserver.config.k8s.io/v1', kind: 'AuthorizationConfiguration', authorizers });

let files = 0;
async function start(...authorizers: object[]) {
  const file = join(dir, `${files++}.json`);
  const errors: string[] = [];
  const log = { info: () => undefined, error: (err: unknown, message: string) => void errors.push(`${message}: ${err instanceof Error ? err.message : String(err)}`) };
  const write = (content: string) => {
    writeFileSync(`${file}.new`, content);
    renameSync(`${file}.new`, file);
  };
  write(contentOf(...authorizers));
  const flags = [`--authorization-config=${file}`, `--authorization-policy-file=${policy}`];
  const { authorization, reloadedAuthorization } = await authorizationFromFlags(parseFlags(flags), log);
  const { authorizer, rules } = newAuthorizers(authorization, newStaticRBACSource([]), undefined, reloadedAuthorization);
  const ask = async () => {
    const attributes = { user: { name: 'alice', groups: [] }, verb: 'get', isResourceRequest: false, path: '/x', namespace: '', apiGroup: '', apiVersion: '', resource: '', subresource: '', name: '' };
    return (await authorizer.authorize(newBackgroundContext(defaultServerConfig().tracer, 'get', ''), attributes)).decision;
  };
  return { file, errors, write, ask, rules };
}

test('a file that changes decides anew, for questions about rules too', async () => {
  const { ask, write, rules, errors } = await start(rbac);
  expect(await ask()).toBe('noOpinion');
  write(contentOf(rbac, allow));
  await expect.poll(() => ask()).toBe('allow');
  expect(rules.rulesFor({ name: 'alice', groups: [] }, 'ns').nonResourceRules).toEqual([{ verbs: ['*'], nonResourceURLs: ['*'] }]);
  write(contentOf(rbac));
  await expect.poll(() => ask()).toBe('noOpinion');
  expect(errors).toEqual([]);
});

test('the policies of ABAC stay as they were when the server started', async () => {
  const { ask, write, rules } = await start(abac, rbac);
  const modes = () => rules.rulesFor({ name: 'alice', groups: [] }, 'ns').nonResourceRules.length;
  const before = modes();
  writeFileSync(policy, '');
  write(contentOf(rbac, { type: 'AlwaysDeny', name: 'alwaysdeny' }, allow, abac));
  await expect.poll(() => modes()).toBe(before + 1);
  write(contentOf(rbac, abac));
  await expect.poll(() => modes()).toBe(before);
  expect(await ask()).toBe('allow');
});

test.each<[string, string, string]>([
  ['is broken', '{', 'failed to load AuthorizationConfiguration from file: '],
  ['is empty', '', 'authorizers: Required value: at least one authorization mode must be defined'],
  ['drops what must stay', contentOf(allow), 'missing required types: [RBAC]'],
  ['names a type anew', contentOf(rbac, { type: 'Node', name: 'node' }), 'authorizer type Node is not allowed if it was not enabled at initial server startup'],
  ['misnames one', contentOf(rbac, { type: 'AlwaysAllow', name: 'x' }), 'expected name alwaysallow for authorizer AlwaysAllow instead of x'],
])('a file that %s is told of, and the last good one goes on', async (_what, content, message) => {
  const { ask, write, errors } = await start(rbac);
  write(content);
  await expect.poll(() => errors).toEqual([expect.stringContaining(`reloading authorization config: ${message}`)]);
  expect(await ask()).toBe('noOpinion');
  write(contentOf(rbac, allow));
  await expect.poll(() => ask()).toBe('allow');
});

test('a file that is gone for a while changes nothing', async () => {
  const { ask, write, file, errors } = await start(rbac);
  rmSync(file);
  await expect.poll(() => errors).toEqual([expect.stringContaining('ENOENT')]);
  expect(await ask()).toBe('noOpinion');
  write(contentOf(rbac, allow));
  await expect.poll(() => ask()).toBe('allow');
});
