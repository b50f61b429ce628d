/**
 * `node:http` in a worker, as far as Express and the server use it: the methods, the status texts, and the two
 * classes whose prototypes Express extends.
 */
export { IncomingMessage } from './incoming-message.ts';
export { ServerResponse } from './server-response.ts';

export const METHODS = ['CONNECT', 'DELETE', 'GET', 'HEAD', 'OPTIONS', 'PATCH', 'POST', 'PUT', 'TRACE'];

export { STATUS_CODES } from './status-codes.ts';

/** `app.listen` is for machines. */
export function createServer(): never {
  throw new Error('nothing listens in a page');
}
