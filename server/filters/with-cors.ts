/**
 * WithCORS lets pages of other origins talk to the server, where they match one of the allowed patterns. A preflight ends
 * here: browsers send it without credentials, it could not get past authentication.
 *
 * Upstream: k8s.io/apiserver/pkg/server/filters/cors.go. Leaves out nothing: where no origin is allowed, the chain goes without.
 */
import type { Filter } from './filter.ts';

const headers = {
  'Access-Control-Allow-Methods': 'POST, GET, OPTIONS, PUT, DELETE, PATCH',
  'Access-Control-Allow-Headers': 'Content-Type, Content-Length, Accept-Encoding, X-CSRF-Token, Authorization, X-Requested-With, If-Modified-Since',
  'Access-Control-Expose-Headers': 'Date',
  'Access-Control-Allow-Credentials': 'true',
};

export function withCORS(allowedOriginPatterns: readonly RegExp[]): Filter {
  return function withCORS(req, res, next) {
    const { origin } = req.headers;
    if (!origin || !allowedOriginPatterns.some((pattern) => origin.search(pattern) >= 0)) {
      next();
      return;
    }
    res.setHeader('Access-Control-Allow-Origin', origin);
    for (const [name, value] of Object.entries(headers)) res.setHeader(name, value);
    if (req.method === 'OPTIONS') {
      res.statusCode = 204;
      res.end();
      return;
    }
    next();
  };
}
