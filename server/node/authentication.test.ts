import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { trace } from '@opentelemetry/api';
import { afterAll, expect, test, vi } from 'vitest';
import type { PeerCertificates } from '../authentication/interfaces.ts';
import { FOR_CLIENTS, newTestAuthority, newTestCertificate } from '../authentication/x509/testing.ts';
import { recordingLog } from '../filters/testing.ts';
import { newBackgroundContext } from '../http/background.ts';
import { authenticationFromFlags } from './authentication.ts';
import { parseFlags } from './flags.ts';

const dir = mkdtempSync(join(tmpdir(), 'authentication-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));
const [own, clients, proxies] = await Promise.all(['own', 'clients', 'proxies'].map((name) => newTestAuthority(name)));
const log = { info: () => undefined, error: () => undefined };
const over = new AbortController();
afterAll(() => over.abort());
const read = (...args: string[]) => authenticationFromFlags(parseFlags(args), own!.pem, { apiAudiences: ['api'], issuers: ['https://own'] }, log, over.signal);
let files = 0;
function file(content: string): string {
  const path = join(dir, `file-${files++}`);
  writeFileSync(path, content);
  return path;
}
const config = (rest: string) => `--authentication-config=${file(`apiVersion: apiserver.config.k8s.io/v1\nkind: AuthenticationConfiguration\n${rest}`)}`;

test('without flags clients of the own authority are known, and everyone may come in', async () => {
  const made = await read();
  expect(made.clusterAuthentication?.combine({})).toEqual({ 'client-ca-file': own!.pem });
  expect(made).toMatchObject({ anonymousAuth: true, authenticators: { clientCertificate: expect.anything() } });
  expect(Object.keys(made.authenticators ?? {})).toEqual(['clientCertificate']);
});

test('flags name other authorities', async () => {
  const made = await read(`--client-ca-file=${file(clients!.pem)}`, `--requestheader-client-ca-file=${file(proxies!.pem)}`, '--requestheader-username-headers=X-Remote-User');
  expect(made.clusterAuthentication?.combine({})).toMatchObject({ 'client-ca-file': clients!.pem, 'requestheader-client-ca-file': proxies!.pem, 'requestheader-username-headers': '["X-Remote-User"]' });
});

test.each([
  ['client-ca-file', 'clientCertificate'],
  ['requestheader-client-ca-file', 'requestHeader'],
] as const)('the authorities of --%s are those that the file holds by now, on a connection that was there before, too', async (flag, name) => {
  const [before, after] = [await newTestAuthority('before'), await newTestAuthority('after')];
  const path = file(before.pem);
  const lines = recordingLog();
  const made = await authenticationFromFlags(parseFlags([`--${flag}=${path}`, '--requestheader-username-headers=X-Remote-User']), own!.pem, { apiAudiences: [], issuers: [] }, lines, over.signal);
  const given = made.authenticators?.[name];
  const asked = typeof given === 'function' ? given() : given?.authenticator;
  const connectionOf = async (issuer: typeof before) => [(await newTestCertificate({ subject: [{ CN: ['carol'] }], issuer, extensions: [FOR_CLIENTS] })).der];
  const [old, young] = [await connectionOf(before), await connectionOf(after)];
  const userOn = async (peerCertificates: PeerCertificates) => (await asked?.authenticateRequest({ ctx: newBackgroundContext(trace.getTracer('test'), 'get', ''), headers: {}, rawHeaders: ['X-Remote-User', 'carol'], url: '/', peerCertificates }))?.user.name;
  const changed = vi.fn<() => void>();
  made.clusterAuthentication?.onChange(changed);
  expect(await userOn(old)).toBe('carol');
  await expect(userOn(young)).rejects.toThrow('certificate signed by unknown authority');
  writeFileSync(path, 'broken');
  await expect.poll(() => lines.lines.map(({ message }) => message)).toContain(`Unable to load the authorities of --${flag}`);
  expect(await userOn(old)).toBe('carol');
  writeFileSync(path, after.pem);
  await expect.poll(() => changed).toHaveBeenCalledOnce();
  expect(await userOn(young)).toBe('carol');
  await expect(userOn(old)).rejects.toThrow('certificate signed by unknown authority');
  expect(made.clusterAuthentication?.combine({})[flag]).toBe(after.pem);
});

test.each([
  [[], { anonymousAuth: true }],
  [['--anonymous-auth=false'], { anonymousAuth: false }],
  [['--anonymous-auth'], { anonymousAuth: true }],
  [[config('')], { anonymousAuth: true }],
  [['--anonymous-auth=false', config('jwt: []')], { anonymousAuth: false }],
  [[config('anonymous: {enabled: false}')], { anonymousAuth: false }],
  [[config('anonymous: {enabled: true, conditions: [{path: /livez}, {path: /readyz}]}')], { anonymousAuth: true, anonymousPaths: ['/livez', '/readyz'] }],
])('%j says who may come in without a name', async (args, expected) => {
  const { anonymousAuth, anonymousPaths } = await read(...args);
  expect({ anonymousAuth, anonymousPaths }).toEqual({ anonymousPaths: [], ...expected });
});

const OIDC = ['--oidc-issuer-url=https://127.0.0.1:1', '--oidc-client-id=a'];
const failed = (why: string) => new RegExp(`^failed to load authentication configuration from file ".*": ${why}`);
test.each<[string, string[], RegExp]>([
  ['no file of authorities', [`--client-ca-file=${join(dir, 'none')}`], /^--client-ca-file: .*none: ENOENT/],
  ['a file without authorities', [`--client-ca-file=${file('')}`], /^--client-ca-file: .*: data does not contain any valid RSA or ECDSA certificates$/],
  ['a broken authority', [`--requestheader-client-ca-file=${file(`${proxies!.pem}-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n`)}`], /^--requestheader-client-ca-file: .*: line \d+: /],
  ['the same authority for clients and front proxies', [`--client-ca-file=${file(clients!.pem)}`, `--requestheader-client-ca-file=${file(proxies!.pem + clients!.pem)}`], /^--requestheader-client-ca-file and --client-ca-file contain overlapping certificates; /],
  ['an empty name of a header', ['--requestheader-group-headers=X-Remote-Group, '], /^empty value in "requestheader-group-headers"$/],
  ['headers for uids without the usual one', ['--requestheader-uid-headers=X-Uid'], /^--requestheader-uid-headers is set without specifying the standard X-Remote-Uid header/],
  ['a version of reviews that is none', [`--authentication-token-webhook-config-file=${join(dir, 'none')}`, '--authentication-token-webhook-version=v2'], /^unsupported authentication webhook version "v2", supported versions are "v1", "v1beta1"$/],
  ['no kubeconfig of the webhook', [`--authentication-token-webhook-config-file=${join(dir, 'none')}`], /^--authentication-token-webhook-config-file: .*none: ENOENT/],
  ['anonymous by file and by flag', ['--anonymous-auth', config('anonymous: {enabled: true}')], /: anonymous: Forbidden: --anonymous-auth flag cannot be set when anonymous field is configured in authentication configuration file$/],
  ['conditions where anonymous is off', [config('anonymous: {conditions: [{path: /livez}]}')], /: invalid authentication configuration: anonymous\.conditions: Invalid value: \[\{"Path":"\/livez"\}\]: enabled should be set to true when conditions are defined$/],
  ['no configuration', [`--authentication-config=${join(dir, 'none')}`], failed('ENOENT')],
  ['an empty configuration', [`--authentication-config=${file('')}`], failed('empty config data$')],
  ['a configuration that is no YAML', [`--authentication-config=${file('a: [\nb')}`], failed('.*line ')],
  ['a configuration of another kind', [`--authentication-config=${file('apiVersion: v1\nkind: Pod')}`], failed('no kind "Pod" is registered for version "v1" in scheme ')],
  ['a field that nobody knows', [config('anonymous: {enabled: true, paths: []}')], failed('strict decoding error: unknown field "anonymous\\.paths"$')],
  ['fields of an issuer that nobody knows', [config('jwt: [{issuer: {uri: https://x}, claims: {}}]')], failed('strict decoding error: unknown field "jwt\\[0\\]\\.claims", unknown field "jwt\\[0\\]\\.issuer\\.uri"$')],
  ['an issuer that says too little', [config('jwt: [{issuer: {url: https://x}}]')], /^\/.*: invalid authentication configuration: \[jwt\[0\]\.issuer\.audiences: Required value: at least one jwt\[0\]\.issuer\.audiences is required, jwt\[0\]\.claimMappings\.username: Required value: claim or expression is required\]$/],
  ['an expression that cannot be compiled', [config('jwt: [{issuer: {url: https://x, audiences: [a]}, claimMappings: {username: {expression: foo}}}]')], /: jwt\[0\]\.claimMappings\.username\.expression: Invalid value: "foo": compilation failed: ERROR: <input>:1:1: undeclared reference to 'foo' \(in container ''\)\\n \| foo\\n \| \^$/],
  ['an issuer by flags and by a file', [config(''), '--oidc-client-id=a'], /^authentication-config file and oidc-\* flags are mutually exclusive$/],
  ['half an issuer', ['--oidc-issuer-url=https://x'], /^oidc-issuer-url and oidc-client-id must be specified together when any oidc-\* flags are set$/],
  ['a claim alone', ['--oidc-required-claim=a=b'], /^oidc-issuer-url and oidc-client-id must be specified together when any oidc-\* flags are set$/],
  ['a claim without a value', [...OIDC, '--oidc-required-claim=a'], /^--oidc-required-claim: malformed pair, expect string=string$/],
  ['an issuer without TLS', ['--oidc-issuer-url=http://x', '--oidc-client-id=a'], /^invalid authentication configuration: jwt\[0\]\.issuer\.url: Invalid value: "http:\/\/x": URL scheme must be https$/],
  ['an issuer that issues tokens of service accounts', ['--oidc-issuer-url=https://own', '--oidc-client-id=a'], /: URL must not overlap with disallowed issuers: \[https:\/\/own\]$/],
  ['no file of its authorities', [...OIDC, `--oidc-ca-file=${join(dir, 'none')}`], /^--oidc-ca-file: ENOENT/],
  ['a file of them without any', [...OIDC, `--oidc-ca-file=${file('x')}`], /jwt\[0\]\.issuer\.certificateAuthority: Invalid value: "<omitted>": data does not contain any valid RSA or ECDSA certificates$/],
  ['algorithms that are none', [...OIDC, '--oidc-signing-algs=RS256,HS256'], /^oidc: unsupported signing alg: "HS256"$/],
])('refuses %s', async (_what, args, message) => {
  const refused = read(...args);
  await expect(refused).rejects.toThrow(message);
  await expect(refused).rejects.toMatchObject({ name: 'UsageError', message: expect.not.stringContaining('\n') });
});
