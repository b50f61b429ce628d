/**
 * Writes discovery documents in the form that a client prefers.
 *
 * Upstream: k8s.io/apiserver/pkg/endpoints/discovery/aggregated/negotiation.go (DiscoveryEndpointRestrictions),
 * discovery/util.go (stripVersionEncoder). Leaves out a protobuf form of the aggregated document.
 */
import type { Request, Response } from 'express';
import type { CodecFactory } from '../../apimachinery/serializer/codec-factory.ts';
import type { TypeMeta } from '../../apimachinery/types.ts';
import { logResponseObject } from '../../audit/request.ts';
import { type AllowsTransform, negotiateOutput, noTransforms } from '../../http/negotiate.ts';
import { StatusError } from '../../http/status.ts';

/** A document; those of the legacy group have no apiVersion. */
export interface Document {
  kind: string;
  apiVersion?: string;
}

export interface DocumentWriter {
  /** Whether the client wants all in one document. */
  asksForAggregated(req: Request): boolean;
  write(req: Request, res: Response, document: Document): void;
  writeAggregated(req: Request, res: Response, document: Document): void;
}

const parameters = 'g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';

const transforms: AllowsTransform = ({ identifier }, convert) =>
  !convert || (identifier !== 'protobuf' && `g=${convert.group};v=${convert.version};as=${convert.kind}` === parameters);

export function newDocumentWriter(factory: CodecFactory): DocumentWriter {
  return {
    asksForAggregated(req) {
      try {
        return negotiateOutput(req, factory, { allowsTransform: transforms }).convert !== undefined;
      } catch (err) {
        // nothing fits: the plain document is what says so
        if (err instanceof StatusError) return false;
        throw err;
      }
    },

    write(req, res, document) {
      const { serializer } = negotiateOutput(req, factory, { allowsTransform: noTransforms });
      // a serializer that knows its types finds them by version; the others write what is there
      const versioned = { apiVersion: 'v1', ...document };
      send(req, res, document, serializer.encode(serializer.identifier === 'protobuf' ? versioned : (document as TypeMeta)), serializer.mediaType);
    },

    writeAggregated(req, res, document) {
      const { serializer } = negotiateOutput(req, factory, { allowsTransform: transforms });
      send(req, res, document, serializer.encode(document as TypeMeta), `${serializer.mediaType};${parameters}`);
    },
  };
}

function send(req: Request, res: Response, document: Document, bytes: Uint8Array, mediaType: string): void {
  logResponseObject(req.ctx, document as TypeMeta);
  res.writeHead(200, { 'Content-Type': mediaType });
  res.end(bytes);
}
