/**
 * The end of the delegation chain: what no server in it knows.
 *
 * Upstream: k8s.io/kubernetes' notfoundhandler (k8s.io/kube-aggregator, apiextensions and kube-apiserver each pass on
 * what they don't serve) and Go's http.NotFound.
 */
import type { Request, Response } from 'express';
import type { Filter } from '../filters/filter.ts';
import { StatusError } from '../http/status.ts';
import { writeText } from './write-text.ts';

/** Answers as Go's http.NotFound: text, not a Status, for no API claims this path. */
export function notFound(_req: Request, res: Response): void {
  writeText(res, 404, '404 page not found\n', { nosniff: true });
}

/** Until all paths are installed a missing one may yet come: the client is asked to try again instead. */
export function newNotFoundHandler(muxAndDiscoveryComplete: () => boolean): Filter {
  return function notFoundHandler(req, res) {
    if (muxAndDiscoveryComplete()) return notFound(req, res);
    const message = 'the request has been made before all known HTTP paths have been installed, please try again';
    throw new StatusError(503, 'ServiceUnavailable', message, { retryAfterSeconds: 5 });
  };
}
