/**
 * Keeps other sites out of the lab, which gives out tokens and takes any request: it answers only under its own
 * loopback address (a foreign name that resolves to 127.0.0.1 is DNS rebinding) and only its own pages. A program on
 * this machine can pass for one of them, as it can read the files of the user that it runs as.
 */
import type { IncomingMessage } from 'node:http';

const LOOPBACK = ['127.0.0.1', 'localhost', '[::1]'];

/** Why a request is refused; undefined where it is not. */
export type Guard = (req: IncomingMessage) => string | undefined;

/** The Host has to be the lab's own. */
export function newHostGuard(port: number): Guard {
  const hosts = ownHosts(port);
  return function hostGuard(req) {
    return hosts.includes(req.headers.host?.toLowerCase() ?? '') ? undefined : 'this server answers only to its loopback address';
  };
}

/** A browser says which page asks; curl and kubectl, which are no pages, say nothing. */
export function newOriginGuard(port: number): Guard {
  const origins = ownHosts(port).map((host) => `http://${host}`);
  return function originGuard(req) {
    const { origin, 'sec-fetch-site': site = 'none' } = req.headers;
    const own = (origin === undefined || origins.includes(origin.toLowerCase())) && (site === 'none' || site === 'same-origin');
    return own ? undefined : 'this server answers only to its own pages';
  };
}

/** A stage is for kubectl and curl, too; tokens, and what is stored, are for pages that the lab has served. */
export const pageGuard: Guard = ({ headers }) => (headers['sec-fetch-site'] === 'same-origin' ? undefined : 'this is for pages of this server');

/** A browser leaves out the port that http has anyway. */
function ownHosts(port: number): string[] {
  const withPort = LOOPBACK.map((name) => `${name}:${port}`);
  return port === 80 ? [...withPort, ...LOOPBACK] : withPort;
}
