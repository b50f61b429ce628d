/**
 * The end of the delegation chain: what no server in it knows.
 *
 * Upstream: k8s.io/kubernetes' notfoundhandler (k8s.io/kube-aggregator, apiextensions and kube-apiserver each pass on
 * what they don't serve) and Go's http.NotFound.
 */
import type { Request, Response } from 'express';
import { StatusError } from '../http/status.ts';
import { writeText } from './write-text.ts';

/**
 * Answers as Go's http.NotFound: text, not a Status, for no API claims this path. While not all paths were installed a
 * missing one might yet come: who asked then is told to try again instead.
 */
export function notFound(req: Request, res: Response): void {
  if (req.ctx.muxAndDiscoveryIncomplete) {
    const message = 'the request has been made before all known HTTP paths have been installed, please try again';
    throw new StatusError(503, 'ServiceUnavailable', message, { retryAfterSeconds: 5 });
  }
  writeText(res, 404, '404 page not found\n', { nosniff: true });
}
