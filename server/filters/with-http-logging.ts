/**
 * WithHTTPLogging writes one line for each request once it has been answered, where the server was asked to be verbose.
 *
 * Upstream: WithHTTPLogging of k8s.io/apiserver/pkg/server/filters/wrap.go and server/httplog/httplog.go. Leaves out the
 * stack of a failed answer and what handlers add to the line.
 */
import type { Clock } from '../http/context.ts';
import type { Logger } from '../observe/logger.ts';
import { formatDuration } from './duration.ts';
import type { Filter } from './filter.ts';

export function withHTTPLogging(log: Logger, clock: Clock, verbose: boolean): Filter {
  return function withHTTPLogging(req, res, next) {
    if (verbose) {
      const userAgent = req.get('User-Agent') ?? '';
      const srcIP = req.socket?.remoteAddress ? `${req.socket.remoteAddress}:${req.socket.remotePort}` : '';
      req.ctx.defer(() => {
        const { requestInfo, requestReceivedTimestamp, auditID } = req.ctx;
        log.info('HTTP', {
          verb: requestInfo?.isResourceRequest ? requestInfo.verb.toUpperCase() : req.method,
          URI: req.originalUrl,
          latency: formatDuration(clock.now() - requestReceivedTimestamp),
          userAgent,
          'audit-ID': auditID.slice(0, 64),
          srcIP,
          resp: res.headersSent ? res.statusCode : 0,
        });
      });
    }
    next();
  };
}
