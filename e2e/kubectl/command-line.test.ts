/** What goes wrong at the start is one line on stderr and exit status 1. */
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { freePort } from '../setup/etcd.ts';
import { request } from '../bad-input/request.ts';
import { runCommandLine, startStage } from '../stage-process.ts';

const dir = mkdtempSync(join(tmpdir(), 'command-line-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const certs = `--cert-dir=${join(dir, 'certs')}`;
const kubeconfig = `--kubeconfig-out=${join(dir, 'kubeconfig')}`;
const file = (name: string, content: string) => {
  writeFileSync(join(dir, name), content);
  return join(dir, name);
};

describe('the command line', () => {
  test.each([
    ['no command', [], /^usage: /],
    ['an unknown command', ['serve'], /^usage: /],
    ['no stage', ['stage'], /^unknown stage: \(none\) \(one of handler, filters, authentication, authorization, fairness, mux, /],
    ['an unknown stage', ['stage', 'kubelet'], /^unknown stage: kubelet \(one of /],
    ['an unknown flag', ['stage', 'apiserver', '--colour=red'], /^unknown flag: --colour /],
    ['a bad port', ['stage', 'apiserver', '--secure-port=http'], /^invalid value for --secure-port: /],
    ['an address to advertise that is none', ['stage', 'apiserver', '--advertise-address=example.org'], /^invalid value for --advertise-address: must be an IPv4 address/],
    ['a bad duration', ['stage', 'apiserver', '--request-timeout=soon'], /^invalid value for --request-timeout: must be a duration/],
    ['a flag without its value', ['stage', 'apiserver', '--secure-port'], /--secure-port/],
    ['an argument too many', ['stage', 'apiserver', 'twice'], /twice/],
    ['no token file', ['stage', 'apiserver', certs, `--token-auth-file=${join(dir, 'none.csv')}`], /^--token-auth-file: ENOENT/],
    ['a bad token file', ['stage', 'apiserver', certs, `--token-auth-file=${file('bad.csv', 'token,alice\n')}`], /^token file '.*' must have at least 3 columns/],
    ['no file of authorities', ['stage', 'apiserver', certs, `--client-ca-file=${join(dir, 'none.crt')}`], /^--client-ca-file: .*none\.crt: ENOENT/],
    ['a bad kubeconfig of a webhook', ['stage', 'apiserver', certs, `--authentication-token-webhook-config-file=${file('hook', 'clusters: 1')}`], /^--authentication-token-webhook-config-file: .*hook: clusters: /],
    ['a bad authentication configuration', ['stage', 'apiserver', certs, `--authentication-config=${file('authn', 'kind: Pod')}`], /^failed to load authentication configuration from file ".*authn": Object 'apiVersion' is missing in /],
    ['no key to a certificate', ['stage', 'apiserver', certs, `--tls-cert-file=${file('tls.crt', 'x')}`], /^--tls-cert-file and --tls-private-key-file go together/],
    ['a certificate that is none', ['stage', 'apiserver', certs, `--tls-cert-file=${file('tls.crt', 'x')}`, `--tls-private-key-file=${file('tls.key', 'x')}`], /^--tls-cert-file/],
    ['an address that is not here', ['stage', 'apiserver', certs, kubeconfig, '--secure-port=0', '--bind-address=192.0.2.1'], /^cannot listen on 192\.0\.2\.1:0: /],
    ['a port that is none', ['stage', 'apiserver', '--secure-port='], /^invalid value for --secure-port: must be a whole number/],
    ['an address of etcd that is none', ['stage', 'apiserver', certs, '--etcd-servers=foo'], /^etcd endpoint/],
    ['a certificate folder that cannot be', ['stage', 'apiserver', '--cert-dir=/dev/null/x'], /^E[A-Z]+: /],
    ['an audit log that cannot be', ['stage', 'apiserver', certs, '--audit-log-path=/dev/null/x'], /^E[A-Z]+: /],
    ['npm start with a port that is none', ['start', '--port=99999'], /^invalid value for --port: must be a port, at most 65535/],
    ['npm start with an unknown flag', ['start', '--colour=red'], /^unknown flag: --colour=red/],
  ])('%s', async (_, args, message) => {
    await failsWith(args, message);
  });

  test('a port in use', async () => {
    const taken = createServer().listen(await freePort(), '127.0.0.1');
    await once(taken, 'listening');
    const address = taken.address();
    const port = typeof address === 'object' && address ? address.port : 0;
    await failsWith(['stage', 'apiserver', certs, kubeconfig, `--secure-port=${port}`], new RegExp(`^cannot listen on 127\\.0\\.0\\.1:${port}: the port is in use`));
    taken.close();
  });

  test('an etcd that cannot be reached', async () => {
    const endpoint = `http://127.0.0.1:${await freePort()}`;
    await failsWith(['stage', 'apiserver', certs, kubeconfig, '--secure-port=0', `--etcd-servers=${endpoint}`], new RegExp(endpoint));
  });

  test('--advertise-address, with the port that was bound, is where the Service leads and what clients are told', async () => {
    const stage = await startStage('apiserver', ['--advertise-address=192.168.7.2']);
    const get = async (path: string) => JSON.parse((await request(stage, 'GET', path)).body) as unknown;
    expect(await get('/api')).toMatchObject({ serverAddressByClientCIDRs: [{ clientCIDR: '0.0.0.0/0', serverAddress: `192.168.7.2:${stage.port}` }] });
    const [addresses, ports] = [[{ ip: '192.168.7.2' }], [{ name: 'https', port: stage.port, protocol: 'TCP' }]];
    expect(await get('/api/v1/namespaces/default/endpoints/kubernetes')).toMatchObject({ subsets: [{ addresses, ports }] });
    expect(await get('/apis/discovery.k8s.io/v1/namespaces/default/endpointslices/kubernetes')).toMatchObject({ endpoints: [{ addresses: ['192.168.7.2'] }], ports: [{ port: stage.port }] });
    expect(await get('/api/v1/namespaces/default/services/kubernetes')).toMatchObject({ spec: { ports: [{ port: 443, targetPort: stage.port }] } });
    await stage.stop();
  });

  test('SIGTERM ends a stage in order', async () => {
    const stage = await startStage('apiserver');
    expect(await stage.stop()).toBe(0);
    expect(stage.stderr()).toBe('');
  });

  test('certificates and tokens are kept from run to run', async () => {
    const stage = await startStage('handler');
    await stage.restart();
    const { ca, tokens } = stage;
    expect(await request(stage, 'GET', '/api/v1/namespaces/default/configmaps')).toMatchObject({ status: 200 });
    expect(ca).toMatch(/^-----BEGIN CERTIFICATE-----/);
    expect(tokens.admin).toMatch(/^[0-9a-f]{32}$/);
    await stage.stop();
  });
});

async function failsWith(args: string[], message: RegExp): Promise<void> {
  const { code, stdout, stderr } = await runCommandLine(...args);
  expect(stderr).toMatch(message);
  expect(stderr.trimEnd().split('\n')).toHaveLength(1);
  expect(stdout).toBe('');
  expect(code).toBe(1);
}
