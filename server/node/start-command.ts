/** `npm start`: the site, and every stage, in the page's reach over HTTP and in kubectl's over HTTPS. */
import { buildIfStale } from '../../site/build/stamp.ts';
import { LAB_AUDIT } from '../observe/lab/audit.ts';
import { restartable } from '../observe/lab/restartable.ts';
import { runStage } from '../observe/lab/running-stage.ts';
import { loadStages } from '../stages/index.ts';
import { newEmbeddedEtcd } from '../storage/etcd/embedded/embedded.ts';
import { clientCertificate, servingCertificate } from './certificates.ts';
import { configFromFlags } from './config.ts';
import { parseFlags } from './flags.ts';
import { ADMIN, kubeconfigUsers, writeKubeconfig } from './kubeconfig.ts';
import { labUsers, newVariants } from './lab-stages.ts';
import { listenLab } from './lab.ts';
import { onSignal } from './on-signal.ts';
import { secureServingFromFlags } from './secure-serving.ts';
import { listenError, listenTLS } from './serve.ts';
import { builtSite } from './site-dir.ts';
import { loadTokens } from './tokens.ts';
import { UsageError } from './usage-error.ts';

const PORT = 8080;
const SECURE_PORT = 8443;
const ADDRESS = '127.0.0.1';
const CERT_DIR = '.journey/certs';
const KUBECONFIG = '.journey/kubeconfig';
const USAGE = 'usage: npm start -- [--port=PORT]: the site at that port (8080), the stages at ports from 8443 on, or at free ones where a port is given';

export async function startCommand(args: string[]): Promise<void> {
  if (args.includes('--help')) return console.log(USAGE);
  const port = args.length === 0 ? PORT : portFrom(args);
  await buildIfStale();
  const tokens = await loadTokens(undefined, CERT_DIR);
  const stages = await loadStages();
  const { cert, key, ca } = await servingCertificate(CERT_DIR, [ADDRESS]);
  const admin = await clientCertificate(CERT_DIR, ADMIN);
  const flags = parseFlags([`--cert-dir=${CERT_DIR}`]);
  const config = await configFromFlags(flags, tokens, admin.ca);
  const secure = await secureServingFromFlags(flags, { cert, key });
  // a port for each stage: kubectl's --raw takes a server's address without its path
  const serving = await Promise.all(stages.map((_, i) => listenTLS({ port: port === PORT ? SECURE_PORT + i : 0, address: ADDRESS, ...secure }))).catch((err: unknown) => {
    throw err instanceof UsageError ? new UsageError(`${err.message} (npm start -- --port=PORT takes others)`) : err;
  });
  const running = stages.map((stage, i) => {
    const externalAddress = `${ADDRESS}:${serving[i]!.port}`;
    return restartable(() => runStage(stage, { ...config, audit: config.audit ?? LAB_AUDIT, etcd: newEmbeddedEtcd(), externalAddress, rootCA: ca }));
  });
  const vary = newVariants(stages, config);
  running.forEach(({ server }, i) => serving[i]!.serve(server.handler));
  const siteDir = builtSite();
  const lab = await listenLab({ port, stages: running, vary, users: labUsers(tokens), ...(siteDir && { siteDir }) }).catch((err: unknown) => {
    throw listenError(err, ADDRESS, port);
  });
  await Promise.all(running.map(({ server }) => server.ready));

  onSignal(async () => {
    await Promise.all(running.map((stage, i) => stage.close(serving[i])));
    await Promise.all([...serving.map((each) => each.shutdown(config.requestTimeout)), lab.close()]);
  });

  const servers = Object.fromEntries(stages.map(({ name }, i) => [name, `https://${ADDRESS}:${serving[i]!.port}`]));
  // another that runs in this folder has its own
  const kubeconfig = port === PORT ? KUBECONFIG : `${KUBECONFIG}-${new URL(lab.url).port}`;
  await writeKubeconfig(kubeconfig, { servers, ca, users: kubeconfigUsers(tokens, admin), currentContext: 'apiserver' });
  console.log(`ready: ${lab.url} (kubectl --kubeconfig ${kubeconfig} --context STAGE reaches the stages)`);
}

function portFrom(args: string[]): number {
  const [, value] = args.length === 1 ? (/^--port=(.*)$/s.exec(args[0]!) ?? []) : [];
  if (value === undefined) throw new UsageError(`unknown flag: ${args.join(' ')} (npm start takes --port=PORT; kube-apiserver's flags, --etcd-servers among them, are for one stage: npm run stage -- NAME [flags])`);
  if (!/^\d{1,5}$/.test(value) || Number(value) > 65535) throw new UsageError('invalid value for --port: must be a port, at most 65535');
  return Number(value);
}
