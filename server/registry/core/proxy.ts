/**
 * The proxies to nodes, Pods and Services: any method, any path below theirs.
 *
 * Upstream: pkg/registry/core/{node,pod,service}/…/proxy.go, k8s.io/apimachinery/pkg/util/proxy (UpgradeAwareHandler).
 * Leaves out the way to the backend (see node-connection.ts).
 */
import type { Request, Response } from 'express';
import { text } from '../../apimachinery/access.ts';
import type { RequestContext } from '../../http/context.ts';
import { newServiceUnavailable } from '../../http/status.ts';
import type { Connecter } from '../rest.ts';
import { connectOptions } from './connect-options.ts';
import type { OptionsKind } from './connect-options.ts';
import { dialError } from './node-connection.ts';

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS'];

/** Finds the `host:port` that a name stands for; throws what there is to say of a name that stands for none. */
export type ResourceLocation = (ctx: RequestContext, id: string) => Promise<string>;

export function newProxyConnecter(kind: OptionsKind, locate: ResourceLocation): Connecter {
  return {
    methods: METHODS,
    tail: true,
    verb: 'connect',
    options: connectOptions(kind),
    async connect(ctx, name, options, req, res) {
      const host = await locate(ctx, name);
      if (/\bupgrade\b/i.test(req.headers.connection ?? '')) throw new Error(`error dialing backend: ${dialError(host)}`);
      if (text(options, 'path') === '' && (req.method === 'GET' || req.method === 'HEAD')) return redirectToDirectory(ctx, req, res);
      throw newServiceUnavailable(`error trying to reach service: ${dialError(host)}`);
    },
  };
}

/** Relative links of what is behind the proxy need a path that ends with a slash. */
function redirectToDirectory(ctx: RequestContext, req: Request, res: Response): void {
  const query = req.url.indexOf('?');
  res.status(301).setHeader('Location', `${ctx.requestInfo?.path ?? ''}/${query < 0 ? '' : req.url.slice(query)}`);
  res.end();
}

/** `name`, `name:port` or `scheme:name:port`; undefined for anything else. */
export function splitSchemeNamePort(id: string): { name: string; port: string } | undefined {
  const parts = id.split(':');
  const [scheme, name = '', port = ''] = parts.length === 3 ? parts : ['', ...parts];
  return parts.length <= 3 && name !== '' && ['', 'http', 'https'].includes(scheme ?? '') ? { name, port } : undefined;
}
