/**
 * `/metrics`: what the server has counted, as Prometheus' text; DELETE starts the counts anew.
 *
 * Upstream: MetricsWithReset of k8s.io/apiserver/pkg/server/routes/metrics.go, and
 * github.com/prometheus/client_golang/prometheus/promhttp. Leaves out the protobuf forms, instead of which clients get
 * text, and zstd.
 */
import type { Request, Response } from 'express';
import { parseAccept } from '../http/accept.ts';
import { writeGzip } from '../http/write-body.ts';
import type { KubeRegistry } from '../observe/metrics/registry.ts';
import { familiesToText } from '../observe/metrics/text-format.ts';
import type { PathRecorderMux } from './path-recorder-mux.ts';
import { writeText } from './write-text.ts';

const escapingSchemes = ['allow-utf-8', 'underscores', 'dots', 'values'];

/** `processStart` in milliseconds since the epoch. */
export function installMetrics(mux: PathRecorderMux, registry: KubeRegistry, processStart: number): void {
  mux.handle('/metrics', async function metricsWithReset(req: Request, res: Response) {
    if (req.method === 'DELETE') {
      registry.reset();
      writeText(res, 200, 'metrics reset\n', { nosniff: false });
      return;
    }
    const text = new TextEncoder().encode(familiesToText(await registry.gather()));
    res.setHeader('Process-Start-Time-Unix', Math.trunc(processStart / 1000));
    res.setHeader('Content-Type', `text/plain; version=0.0.4; charset=utf-8; escaping=${escapingOf(req.headers.accept ?? '')}`);
    if (!acceptsGzip(req.headers['accept-encoding'] ?? '')) {
      res.end(text);
      return;
    }
    res.setHeader('Content-Encoding', 'gzip');
    await writeGzip(res, [text]);
  });
}

/** What becomes of names that are no plain words; ours all are, so that only the answer's head tells of it. */
function escapingOf(accept: string): string {
  let scheme = 'underscores';
  for (const { type, subType, params } of parseAccept(accept)) {
    const wanted = params.get('escaping') ?? '';
    if (escapingSchemes.includes(wanted)) scheme = wanted;
    if (type === 'text' && subType === 'plain' && (params.get('version') ?? '0.0.4') === '0.0.4') break;
  }
  return scheme;
}

function acceptsGzip(header: string): boolean {
  return header.split(',').some((offer) => {
    const [coding = '', weight = ''] = offer.split(';').map((part) => part.trim());
    return (coding === 'gzip' || coding === '*') && !/^q=0(\.0*)?$/.test(weight);
  });
}
