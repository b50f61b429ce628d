/**
 * WithProbabilisticGoaway ends a connection of HTTP/2 now and then: such a client keeps one for all that it does, and
 * would stay with the server that it found first for ever. What is open goes on; the next request needs a new
 * connection, which may lead to another server.
 *
 * Upstream: k8s.io/apiserver/pkg/server/filters/goaway.go. Leaves out nothing.
 */
import { closeConnection } from '../http/close-connection.ts';
import type { Filter } from './filter.ts';

export function withProbabilisticGoaway(chance: number, random: () => number = Math.random): Filter {
  return function withProbabilisticGoaway(req, res, next) {
    if (req.httpVersionMajor === 2 && random() < chance) closeConnection(req, res);
    next();
  };
}
