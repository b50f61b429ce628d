/** `proxy-addr` where there are no proxies: a request comes from the other end of its connection. */
import type { Connection } from './connection.ts';

type Request = { socket: Connection };

const proxyAddr = Object.assign((req: Request) => req.socket.remoteAddress, {
  all: (req: Request) => [req.socket.remoteAddress],
  compile: () => () => false,
});

export { proxyAddr as 'module.exports' };
