import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { authorizationFromFlags } from './authorization.ts';
import { parseFlags } from './flags.ts';

const dir = mkdtempSync(join(tmpdir(), 'authorization-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const log = { info: () => undefined, error: () => undefined };
const read = async (...args: string[]) => (await authorizationFromFlags(parseFlags(args), log)).authorization;
function file(name: string, content: string): string {
  writeFileSync(join(dir, name), content);
  return join(dir, name);
}

const kubeconfig = file('hook.yaml', `
clusters: [{ name: hook, cluster: { server: 'https://127.0.0.1:1/authorize' } }]
contexts: [{ name: hook, context: { cluster: hook } }]
current-context: hook
`);
const policy = file('policy.jsonl', '{"user":"alice"}\n');
let files = 0;
const config = (authorizers: string) => `--authorization-config=${file(`${files++}.yaml`, `apiVersion: apiserver.config.k8s.io/v1\nkind: AuthorizationConfiguration\nauthorizers: ${authorizers}\n`)}`;
const webhook = (more = '') => `{ type: Webhook, name: w, webhook: { timeout: 3s, subjectAccessReviewVersion: v1, failurePolicy: Deny, connectionInfo: { type: KubeConfigFile, kubeConfigFile: ${kubeconfig} }${more} } }`;
const made = expect.objectContaining({ authorize: expect.any(Function) });

test.each<[string[], unknown[]]>([
  [[], ['RBAC']],
  [['--authorization-mode=Node,RBAC'], ['Node', 'RBAC']],
  [['--authorization-mode=AlwaysDeny,RBAC,AlwaysAllow'], [made, 'RBAC', made]],
  [['--authorization-mode=ABAC', `--authorization-policy-file=${policy}`], [made]],
  [['--authorization-mode=Webhook,RBAC', `--authorization-webhook-config-file=${kubeconfig}`], [made, 'RBAC']],
  [[config(`[{ type: Node, name: node }, ${webhook()}, ${webhook().replace('name: w', 'name: x')}, { type: RBAC, name: rbac }]`)], ['Node', made, made, 'RBAC']],
])('%j', async (args, expected) => {
  expect(await read(...args)).toEqual(expected);
});

test.each<[string[], string | RegExp]>([
  [['--authorization-mode=Rbac'], 'authorization-mode "Rbac" is not a valid mode'],
  [['--authorization-mode='], 'at least one authorization-mode must be passed'],
  [['--authorization-mode=RBAC,RBAC'], 'authorization-mode ["RBAC" "RBAC"] has mode specified more than once'],
  [['--authorization-mode=ABAC'], "authorization-mode ABAC's authorization policy file not passed"],
  [['--authorization-mode=Webhook'], "authorization-mode Webhook's authorization config file not passed"],
  [[`--authorization-policy-file=${policy}`], 'cannot specify --authorization-policy-file without mode ABAC'],
  [[`--authorization-webhook-config-file=${kubeconfig}`], 'cannot specify --authorization-webhook-config-file without mode Webhook'],
  [['--authorization-mode=ABAC,x'], '[authorization-mode ABAC\'s authorization policy file not passed, authorization-mode "x" is not a valid mode]'],
  [['--authorization-mode=ABAC', '--authorization-policy-file=/nowhere/policy'], /^--authorization-policy-file: ENOENT: .*'\/nowhere\/policy'$/],
  [['--authorization-mode=ABAC', `--authorization-policy-file=${file('bad.jsonl', '{}\n{"user":1}\n')}`], `error reading policy file ${join(dir, 'bad.jsonl')}, line 2: {"user":1}: json: cannot unmarshal number into Go struct field Policy.user of type string`],
  [['--authorization-mode=Webhook', `--authorization-webhook-config-file=${kubeconfig}`, '--authorization-webhook-version=v2'], 'unsupported webhook authorizer version "v2", supported versions are "v1", "v1beta1"'],
  [['--authorization-mode=Webhook', '--authorization-webhook-config-file=/nowhere/kubeconfig'], /^--authorization-webhook-config-file: \/nowhere\/kubeconfig: ENOENT/],
  [['--authorization-mode=RBAC', config('[]')], '--authorization-config can not be specified when --authorization-mode or --authorization-webhook-* flags are defined'],
  [['--authorization-config=/nowhere/config'], /^--authorization-config: ENOENT: .*'\/nowhere\/config'$/],
])('refuses %j', async (args, message) => {
  const error = await read(...args).catch((err: unknown) => err);
  expect(error).toMatchObject({ name: 'UsageError', message: typeof message === 'string' ? message : expect.stringMatching(message) });
  expect(String(error)).not.toContain('\n');
});

const load = 'failed to load AuthorizationConfiguration from file: ';
test.each([
  ['[]', 'authorizers: Required value: at least one authorization mode must be defined'],
  ['[{ name: x }]', 'authorizers[0].type: Required value'],
  ['[{ type: Rbac, name: x }]', 'authorizers[0].type: Unsupported value: "Rbac": supported values: "ABAC", "AlwaysAllow", "AlwaysDeny", "Node", "RBAC", "Webhook"'],
  ['[{ type: RBAC, name: rbac }, { type: RBAC, name: again }]', 'authorizers[1].type: Duplicate value: "RBAC"'],
  ['[{ type: RBAC }]', 'authorizers[0].name: Required value'],
  ['[{ type: RBAC, name: mine }]', 'expected name rbac for authorizer RBAC instead of mine'],
  [`[${webhook()}, ${webhook()}]`, 'authorizers[1].name: Duplicate value: "w"'],
  ['[{ type: Webhook, name: w }]', 'authorizers[0].webhook: Required value: required when type=Webhook'],
  ['[{ type: RBAC, name: rbac, webhook: {} }]', /authorizers\[0\]\.webhook: Invalid value: "non-null": may only be specified when type=Webhook/],
  ['[{ type: Webhook, name: w, webhook: {} }]', '[authorizers[0].timeout: Required value, authorizers[0].subjectAccessReviewVersion: Required value, authorizers[0].failurePolicy: Required value, authorizers[0].connectionInfo.type: Required value]'],
  [`[${webhook(', authorizedTTL: -1s')}]`, 'authorizers[0].authorizedTTL: Invalid value: "-1s": must be > 0s'],
  [`[${webhook().replace('3s', '31s')}]`, 'authorizers[0].timeout: Invalid value: "31s": must be > 0s and <= 30s'],
  [`[${webhook().replace('3s', 'soon')}]`, `${load}time: invalid duration "soon"`],
  [`[${webhook().replace('Deny', 'Allow')}]`, 'authorizers[0].failurePolicy: Unsupported value: "Allow": supported values: "NoOpinion", "Deny"'],
  [`[${webhook().replace('Version: v1', 'Version: v2')}]`, 'authorizers[0].subjectAccessReviewVersion: Unsupported value: "v2": supported values: "v1", "v1beta1"'],
  [`[${webhook().replace('type: KubeConfigFile', 'type: InClusterConfig')}]`, 'authorizers[0].connectionInfo.type: Forbidden: InClusterConfig is not supported by this server'],
  [`[${webhook().replace(kubeconfig, 'hook.yaml')}]`, 'authorizers[0].connectionInfo.kubeConfigFile: Invalid value: "hook.yaml": must be an absolute path'],
  [`[${webhook().replace(kubeconfig, dir)}]`, `authorizers[0].connectionInfo.kubeConfigFile: Invalid value: "${dir}": must be a regular file`],
  [`[${webhook(', matchConditions: [{ expression: "true" }]')}]`, 'authorizers[0].matchConditionSubjectAccessReviewVersion: Required value: required if match conditions are specified'],
  [`[${webhook(', matchConditionSubjectAccessReviewVersion: v1, matchConditions: [{ expression: "1" }]')}]`, 'authorizers[0].matchConditions[0].expression: Invalid value: "1": must evaluate to bool but got int'],
  [`[${webhook(', matchConditionSubjectAccessReviewVersion: v1, matchConditions: [{ expression: "1 +" }]')}]`, /^authorizers\[0\]\.matchConditions\[0\]\.expression: Invalid value: "1 \+": compilation failed: ERROR: <input>:1:4: Syntax error: .*$/],
  [`[${webhook(', mood: good')}]`, `${load}strict decoding error: unknown field "authorizers[0].webhook.mood"`],
  ['[{ type: 1 }]', `${load}json: cannot unmarshal number into Go struct field AuthorizerConfiguration.authorizers.type of type string`],
  ['{', /^failed to load AuthorizationConfiguration from file: .*yaml/],
])('refuses a configuration of %s', async (authorizers, message) => {
  const flag = config(authorizers);
  const error = await read(flag).catch((err: unknown) => err);
  const prefix = `${flag.replace('=', ': ')}: `;
  expect(error).toMatchObject({ name: 'UsageError', message: expect.stringContaining(prefix) });
  expect((error as Error).message.slice(prefix.length)).toEqual(typeof message === 'string' ? message : expect.stringMatching(message));
});

test('refuses a file that holds something else', async () => {
  await expect(read(`--authorization-config=${file('other.yaml', 'apiVersion: v1\nkind: Pod\n')}`)).rejects.toThrow(/no kind "Pod" is registered for version "v1"/);
  await expect(read(`--authorization-config=${file('empty.yaml', '')}`)).rejects.toThrow(/at least one authorization mode must be defined$/);
});
