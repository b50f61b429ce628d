/** `npm start`: the site, and every stage, in the page's reach over HTTP and in kubectl's over HTTPS. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { buildIfStale } from '../../site/build/stamp.ts';
import { newScheme } from '../apimachinery/scheme.ts';
import { defaultServerConfig, stages } from '../stages/index.ts';
import { servingCertificate } from './certificates.ts';
import { writeKubeconfig } from './kubeconfig.ts';
import { labUsers, runLabStage } from './lab-stages.ts';
import { listenLab } from './lab.ts';
import { onSignal } from './on-signal.ts';
import { serveTLS } from './serve.ts';
import { builtSite } from './site-dir.ts';
import { loadTokens } from './tokens.ts';
import { UsageError } from './usage-error.ts';

const PORT = 8080;
const SECURE_PORT = 8443;
const ADDRESS = '127.0.0.1';
const CERT_DIR = '.journey/certs';
const KUBECONFIG = '.journey/kubeconfig';

export async function startCommand(args: string[]): Promise<void> {
  const port = args.length === 0 ? PORT : portFrom(args);
  await buildIfStale();
  const tokens = await loadTokens(undefined, CERT_DIR);
  const scheme = newScheme();
  const running = stages.map((stage) => runLabStage(stage, defaultServerConfig({ tokens, scheme })));
  const { cert, key, ca } = await servingCertificate(CERT_DIR, ADDRESS);
  const securePort = port === PORT ? SECURE_PORT : 0;
  const serving = await serveTLS({ port: securePort, address: ADDRESS, cert, key, handler: dispatch });
  const siteDir = builtSite();
  const lab = await listenLab({ port, stages: running, users: labUsers(tokens), ...(siteDir && { siteDir }) }).catch((err: unknown) => {
    throw err instanceof Error && 'code' in err && err.code === 'EADDRINUSE' ? new UsageError(`cannot listen on ${ADDRESS}:${port}: the port is in use (npm start -- --port=0 takes a free one)`) : err;
  });
  await Promise.all(running.map(({ server }) => server.ready));

  onSignal(async () => {
    await Promise.all(running.map((stage) => stage.close()));
    await Promise.all([serving.close(), lab.close()]);
  });

  const servers = Object.fromEntries(stages.map(({ name }) => [name, `https://${ADDRESS}:${serving.port}/stages/${name}`]));
  await writeKubeconfig(KUBECONFIG, { servers, ca, users: tokens, currentContext: 'apiserver' });
  console.log(`ready: ${lab.url} (kubectl --kubeconfig ${KUBECONFIG} --context STAGE reaches the stages)`);

  /** `/stages/NAME/...`: every stage at one port, as kubectl's servers may have a path. */
  function dispatch(req: IncomingMessage, res: ServerResponse): void {
    const [, name, rest = '/'] = /^\/stages\/([^/?]+)(.*)$/s.exec(req.url ?? '') ?? [];
    const stage = running.find((candidate) => candidate.name === name);
    if (!stage) {
      res.writeHead(404, { 'content-type': 'text/plain' }).end(`no such stage; try ${stages.map((each) => `/stages/${each.name}`).join(' ')}\n`);
      return;
    }
    req.url = rest.startsWith('/') ? rest : `/${rest}`;
    stage.server.handler(req, res);
  }
}

function portFrom(args: string[]): number {
  const match = args.length === 1 ? /^--port=(\d{1,5})$/.exec(args[0]!) : null;
  if (!match) throw new UsageError(`unknown flag: ${args.join(' ')} (npm start takes --port=PORT)`);
  return Number(match[1]);
}
