/** `npm run stage -- NAME [flags]`: one stage on this machine, for kubectl and curl; its requests show on the lab's page. */
import { resolve } from 'node:path';
import type { KubeRegistry } from '../observe/metrics/registry.ts';
import { restartable } from '../observe/lab/restartable.ts';
import { runStage } from '../observe/lab/running-stage.ts';
import { withControllers } from '../stages/controllers.ts';
import { loadStage, stageNames } from '../stages/index.ts';
import type { ServerConfig, Stage } from '../stages/stage.ts';
import type { EtcdClient } from '../storage/etcd/client.ts';
import { newEmbeddedEtcd } from '../storage/etcd/embedded/embedded.ts';
import { advertiseAddress, joinHostPort } from './advertise-address.ts';
import { clientCertificate, servingCertificate } from './certificates.ts';
import { configFromFlags, stderrLogger } from './config.ts';
import { flagsHelp, parseFlags } from './flags.ts';
import type { Flags } from './flags.ts';
import { ADMIN, kubeconfigUsers, writeKubeconfig } from './kubeconfig.ts';
import { labUsers, newVariants } from './lab-stages.ts';
import { listenLab } from './lab.ts';
import { onSignal } from './on-signal.ts';
import { registerProcessMetrics } from './process-metrics.ts';
import { followCertificates, keyPairFiles, secureServingFromFlags } from './secure-serving.ts';
import { listenError, listenTLS } from './serve.ts';
import { loadKeyPair } from './serving-certificates.ts';
import { builtSite } from './site-dir.ts';
import { loadTokens } from './tokens.ts';
import { UsageError } from './usage-error.ts';

export async function stageCommand([name = '', ...args]: string[]): Promise<void> {
  const names = stageNames.join(', ');
  if (name === '--help' || args.includes('--help')) return console.log(`usage: npm run stage -- NAME [flags]\nstages: ${names}\nflags:\n${flagsHelp()}`);
  if (!stageNames.includes(name)) throw new UsageError(`unknown stage: ${name || '(none)'} (one of ${names})`);
  const flags = parseFlags(args);
  if (flags.controllers.length > 0 && stageNames.indexOf(name) < stageNames.indexOf('storage')) throw new UsageError(`--controllers: stage ${name} has too little of an API for them (storage is the first that has enough)`);
  const stage = controlled(await loadStage(name), flags.controllers);

  const tokens = await loadTokens(flags['token-auth-file'], flags['cert-dir']);
  const { cert, key, ca, caFile } = await certificate(flags);
  const address = flags['bind-address'];
  const admin = await clientCertificate(flags['cert-dir'], ADMIN);
  const config = await configFromFlags(flags, tokens, admin.ca);
  const serving = await listenTLS({ port: flags['secure-port'], address, ...(await secureServingFromFlags(flags, { cert, key })) });
  followCertificates(flags, serving.setCertificates, stderrLogger);
  const externalAddress = joinHostPort(advertiseAddress(flags), serving.port);
  const registerMetrics = (registry: KubeRegistry) => [registerProcessMetrics, serving.registerMetrics].forEach((register) => register(registry));
  const run = (etcd: EtcdClient) => runStage(stage, { ...config, registerMetrics, externalAddress, etcd, rootCA: ca });
  // what a real etcd holds outlives the stage
  const running = flags['etcd-servers'].length > 0 ? run(config.etcd) : restartable(() => run(newEmbeddedEtcd()));
  serving.serve(running.server.handler);
  const siteDir = builtSite();
  const lab = await listenLab({ port: flags['lab-port'], stages: [running], vary: newVariants([stage], config), users: labUsers(flags['token-auth-file'] === undefined ? tokens : []), ...(siteDir && { siteDir }) }).catch((err: unknown) => {
    throw listenError(err, '127.0.0.1', flags['lab-port']);
  });
  await running.server.ready.catch((err: unknown) => {
    throw new UsageError(`the stage could not start: ${err instanceof Error ? err.message : String(err)}`);
  });

  onSignal(async () => {
    await running.close(serving);
    await config.audit?.backend.shutdown();
    await Promise.all([serving.shutdown(config.requestTimeout), lab.close()]);
  });

  const server = `https://${reachable(address)}:${serving.port}`;
  const kubeconfig = flags['kubeconfig-out'] ?? `.journey/${stage.name}.kubeconfig`;
  await writeKubeconfig(kubeconfig, { servers: { [stage.name]: server }, ca, users: kubeconfigUsers(tokens, flags['client-ca-file'] === undefined ? admin : undefined), currentContext: stage.name });
  console.log(`stage ${stage.name}: ${stage.adds}`);
  console.log(`kubeconfig: ${kubeconfig}`);
  console.log(siteDir ? `its requests, live: ${lab.url}` : `its requests, live, once the site is built (npm run build): ${lab.url}`);
  console.log(`for copied commands: export KUBECONFIG=${resolve(kubeconfig)} SERVER=${server} CA=${resolve(caFile)} TOKEN=${tokens[0]?.token ?? ''}`);
  console.log('try:');
  for (const line of stage.tries) console.log(`  ${fill(line, { CA: resolve(caFile), SERVER: server, KUBECONFIG: resolve(kubeconfig), TOKEN: tokens[0]?.token ?? '' })}`);
  console.log(`ready: ${server}`);
}

/** A stage with the controllers that flags ask for; `informer` asks for its own. */
function controlled(stage: Stage, controllers: readonly string[]): Stage {
  return stage.name === 'informer' ? stage : { ...stage, build: (config: ServerConfig) => withControllers(config, controllers, stage.build) };
}

/** An address as a URL has it; one that stands for all of the machine's is loopback's. */
function reachable(address: string): string {
  if (address === '0.0.0.0') return '127.0.0.1';
  if (address === '::') return '[::1]';
  return address.includes(':') ? `[${address}]` : address;
}

/** The certificate to serve: the one that flags name, or our own. */
async function certificate(flags: Flags): Promise<{ cert: string; key: string; ca: string; caFile: string }> {
  const files = keyPairFiles(flags);
  if (!files) return servingCertificate(flags['cert-dir'], [flags['bind-address'], advertiseAddress(flags)]);
  const pair = await loadKeyPair(files, '--tls-cert-file and --tls-private-key-file');
  return { ...pair, ca: pair.cert, caFile: files.certFile };
}

/** A command to try, ready to be pasted. */
function fill(command: string, values: Record<string, string>): string {
  const line = command.replace(/\$(CA|SERVER|TOKEN)\b/g, (_, name: string) => values[name]!);
  return line.startsWith('kubectl') ? `KUBECONFIG=${values.KUBECONFIG} ${line}` : line;
}
