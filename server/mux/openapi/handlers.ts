/**
 * `/openapi/v2`, `/openapi/v3` and the documents below it, with their caching: a document asked for by its hash may be
 * kept for a year.
 *
 * Upstream: k8s.io/kube-openapi/pkg/handler/handler.go, pkg/handler3/handler.go, and k8s.io/kube-aggregator's
 * controllers/openapiv3, whose index names no content type and which has nothing to say of a name that it doesn't know.
 * Leaves out the protobuf form of OpenAPI 3, compression, byte ranges and If-Modified-Since.
 */
import type { Request, Response } from 'express';
import { parseAccept } from '../../http/accept.ts';
import type { PathRecorderMux } from '../path-recorder-mux.ts';
import { urlPath } from '../../http/url-path.ts';
import { writeText } from '../write-text.ts';
import type { OpenAPIDocument, OpenAPIDocuments } from './documents.ts';

/** As it is named now, and as older clients name it: `@` may not stand in a media type. */
const protobufV2 = ['com.github.proto-openapi.spec.v2.v1.0+protobuf', 'com.github.proto-openapi.spec.v2@v1.0+protobuf'];
const prefix = '/openapi/v3/';
const year = 365 * 24 * 3600 * 1000;

const serverRelativeURL = (name: string, etag: string) => `${prefix}${name}?hash=${etag}`;

export function installOpenAPI(mux: PathRecorderMux, documents: OpenAPIDocuments, now: () => number): void {
  const made = new WeakMap<OpenAPIDocument, string>();
  /** HTTP's name of the time at which a document was first asked for. */
  function lastModified(document: OpenAPIDocument): string {
    const time = made.get(document) ?? new Date(now()).toUTCString();
    made.set(document, time);
    return time;
  }

  mux.handle('/openapi/v2', async function openAPIV2(req, res) {
    const protobuf = accepts(req, ['json', ...protobufV2]) !== 'json';
    const document = protobuf ? await documents.v2Protobuf() : await documents.v2();
    serve(req, res, document, ['json', ...protobufV2], lastModified(document));
  });

  mux.handle('/openapi/v3', async function openAPIV3Discovery(_req, res) {
    const names = documents.names();
    const all = await Promise.all(names.map(async (name) => documents.v3(name)));
    const paths = names.map((name, i): [string, object] => [name, { serverRelativeURL: serverRelativeURL(name, all[i]?.etag ?? '') }]);
    res.setHeader('Last-Modified', new Date(now()).toUTCString());
    writeText(res, 200, JSON.stringify({ paths: Object.fromEntries(paths) }), { nosniff: false });
  });

  mux.handlePrefix(prefix, async function openAPIV3GroupVersion(req, res) {
    const name = urlPath(req.url).slice(prefix.length);
    const document = await documents.v3(name);
    if (!document) {
      res.writeHead(404).end();
      return;
    }
    const hash = new URLSearchParams(req.url.split('?')[1]).get('hash');
    const acceptable = accepts(req, ['json']) !== undefined;
    if (hash && hash !== document.etag && acceptable) {
      res.setHeader('Vary', 'Accept');
      res.writeHead(301, { Location: serverRelativeURL(name, document.etag), Etag: `"${document.etag}"`, 'Content-Type': 'application/json' }).end();
      return;
    }
    if (hash && acceptable) {
      res.setHeader('Cache-Control', 'public, immutable');
      res.setHeader('Expires', new Date(now() + year).toUTCString());
    }
    serve(req, res, document, ['json'], lastModified(document));
  });
}

/** The first of the subtypes of `application` that the client's first clause takes. */
function accepts(req: Request, subTypes: string[]): string | undefined {
  for (const { type, subType } of parseAccept(req.headers.accept ?? '*/*')) {
    const found = (type === 'application' || type === '*') && subTypes.find((each) => subType === each || subType === '*');
    if (found) return found;
  }
  return undefined;
}

function serve(req: Request, res: Response, { bytes, etag }: OpenAPIDocument, subTypes: string[], lastModified: string): void {
  const quoted = `"${etag}"`;
  res.setHeader('Vary', 'Accept');
  const accepted = accepts(req, subTypes);
  if (accepted === undefined) {
    res.writeHead(406).end();
    return;
  }
  res.setHeader('Etag', quoted);
  res.setHeader('Last-Modified', lastModified);
  if (req.headers['if-none-match'] === quoted) {
    res.writeHead(304).end();
    return;
  }
  res.writeHead(200, { 'Content-Type': accepted === 'json' ? 'application/json' : `application/${protobufV2[0]}`, 'Content-Length': bytes.length });
  res.end(bytes);
}
