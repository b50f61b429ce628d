import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { recordingLog } from '../filters/testing.ts';
import { loadPolicyFromFile } from './audit-policy-file.ts';
import { UsageError } from './usage-error.ts';

const dir = mkdtempSync(join(tmpdir(), 'audit-policy-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));
const path = join(dir, 'policy.yaml');

function load(content: string) {
  writeFileSync(path, content);
  const log = recordingLog();
  return loadPolicyFromFile(path, log).then((policy) => ({ policy, lines: log.lines.map(({ err }) => String(err)) }));
}

const HEAD = 'apiVersion: audit.k8s.io/v1\nkind: Policy\n';

test('reads all that a policy may say, in YAML and in JSON', async () => {
  const policy = {
    omitStages: ['RequestReceived'], omitManagedFields: true,
    rules: [
      { level: 'None', nonResourceURLs: ['/healthz*'] },
      { level: 'RequestResponse', users: ['tim'], userGroups: ['testers'], verbs: ['patch'], namespaces: ['default'], omitStages: ['Panic'], omitManagedFields: false, resources: [{ group: '' }, { group: 'apps', resources: ['deployments/*'], resourceNames: ['a'] }] },
      { level: 'Metadata' },
    ],
  };
  const read = await load(JSON.stringify({ apiVersion: 'audit.k8s.io/v1', kind: 'Policy', metadata: { name: 'p' }, ...policy }));
  expect(read).toMatchObject({ policy: { omitStages: policy.omitStages, omitManagedFields: true, rules: [policy.rules[0], { ...policy.rules[1], resources: [{}, policy.rules[1]?.resources?.[1]] }, policy.rules[2]] }, lines: [] });
  expect((await load(`${HEAD}rules:\n- level: Metadata\n  omitManagedFields: false\n`)).policy.rules).toEqual([{ level: 'Metadata', omitManagedFields: false }]);
});

test('a file that says its version needs not say its kind', async () => {
  expect((await load('apiVersion: audit.k8s.io/v1\nrules: [{level: Metadata}]')).policy.rules).toHaveLength(1);
});

test('an unknown or repeated field is told of, and does no harm', async () => {
  const { policy, lines } = await load(`${HEAD}rules:\n- level: None\n  level: Metadata\n  resources:\n  - resources: [leases]\n    verbs: [get]\n`);
  expect(policy.rules).toEqual([{ level: 'Metadata', resources: [{ resources: ['leases'] }] }]);
  expect(lines).toEqual([expect.stringMatching(/^Error: strict decoding error: .*key "level" already set in map.*unknown field "rules\[0\]\.resources\[0\]\.verbs"$/s)]);
});

const internal = 'unknown group version field audit.k8s.io/__internal, Kind=Policy in policy';

test.each([
  ['', internal],
  ['rules: [{level: Metadata}]', internal],
  ['kind: Policy\nrules: [{level: Metadata}]', internal],
  ['- a', /^failed decoding: couldn't get version\/kind; json parse error: json: cannot unmarshal array /],
  ['{"kind": ', /^failed decoding: /],
  ['a: b: c', /^failed decoding: yaml: /],
  ['apiVersion: audit.k8s.io/v1beta1\nkind: Policy', 'failed decoding: no kind "Policy" is registered for version "audit.k8s.io/v1beta1" in scheme "k8s.io/apiserver/pkg/audit/scheme.go:30"'],
  ['apiVersion: v1\nkind: Pod', 'failed decoding: no kind "Pod" is registered for version "v1" in scheme "k8s.io/apiserver/pkg/audit/scheme.go:30"'],
  [`${HEAD}rules: all`, 'failed decoding: json: cannot unmarshal string into Go struct field Policy.rules of type []v1.PolicyRule'],
  [`${HEAD}rules:\n- level: 1`, 'failed decoding: json: cannot unmarshal number into Go struct field PolicyRule.rules.level of type v1.Level'],
  [`${HEAD}rules:\n- verbs: get`, 'failed decoding: json: cannot unmarshal string into Go struct field PolicyRule.rules.verbs of type []string'],
  [HEAD, 'loaded illegal policy with 0 rules'],
  [`${HEAD}rules: []`, 'loaded illegal policy with 0 rules'],
  [`${HEAD}rules:\n- {}\n- level: All`, '[rules[0].level: Required value, rules[1].level: Unsupported value: "All": supported values: "None", "Metadata", "Request", "RequestResponse"]'],
])('%j is refused in one line that names the file and the place', async (content, why) => {
  const err = await load(content).catch((err: unknown) => err);
  expect(err).toBeInstanceOf(UsageError);
  const message = err instanceof Error ? err.message : '';
  expect(message).not.toContain('\n');
  expect(message.startsWith('loading audit policy file: ')).toBe(true);
  expect(message.endsWith(`: from file ${path}`)).toBe(true);
  const said = message.slice('loading audit policy file: '.length, -`: from file ${path}`.length);
  if (typeof why === 'string') expect(said).toBe(why);
  else expect(said).toMatch(why);
});

test('a file that is not there is refused', async () => {
  await expect(loadPolicyFromFile(join(dir, 'none'), recordingLog())).rejects.toThrow(/^loading audit policy file: failed to read file path ".*none": ENOENT: /);
});
