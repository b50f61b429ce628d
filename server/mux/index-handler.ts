/**
 * `GET /` lists the paths that the server has.
 *
 * Upstream: k8s.io/apiserver/pkg/server/routes/index.go.
 */
import { writeRawJSON } from '../http/responsewriters.ts';
import type { Request, Response } from 'express';
import type { PathRecorderMux } from './path-recorder-mux.ts';

export function installIndex(mux: PathRecorderMux): void {
  function indexLister(_req: Request, res: Response) {
    writeRawJSON(200, { paths: mux.listedPaths() }, res);
  }
  mux.unlistedHandle('/', indexLister);
  mux.unlistedHandle('/index.html', indexLister);
}
