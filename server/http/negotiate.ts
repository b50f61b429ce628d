/**
 * Content negotiation: which serializer reads a body and which one writes the answer, by Content-Type and Accept.
 *
 * Upstream: k8s.io/apiserver/pkg/endpoints/handlers/negotiation/negotiate.go, handlers/rest.go
 * (AllowsMediaTypeTransform). Leaves out `export` and `profile`, which no handler of ours looks at.
 */
import type { Request } from 'express';
import type { CodecFactory } from '../apimachinery/serializer/codec-factory.ts';
import type { Serializer } from '../apimachinery/serializer/interfaces.ts';
import type { GroupVersionKind } from '../apimachinery/types.ts';
import type { Accept } from './accept.ts';
import { parseAccept } from './accept.ts';
import { newNotAcceptable, newUnsupportedMediaType } from './status.ts';

type Headers = Pick<Request, 'headers' | 'url'>;

/** Whether an endpoint can answer in this serializer's format, with the object turned into that kind if one is given. */
export type AllowsTransform = (serializer: Serializer, convert: GroupVersionKind | undefined) => boolean;

export interface NegotiateOptions {
  /** The answer is a watch. */
  stream?: boolean;
  allowsTransform?: AllowsTransform;
}

export interface OutputMediaType {
  serializer: Serializer;
  /** The kind that the client wants to see instead: Table, PartialObjectMetadata, PartialObjectMetadataList. */
  convert?: GroupVersionKind;
  /** `watch`, where the media type says so. */
  stream: string;
}

/** What resources allow: Table has no protobuf form; metadata alone can be had in every form. */
const resourceTransforms: AllowsTransform = ({ identifier }, convert) => {
  if (!convert) return true;
  if (convert.group !== 'meta.k8s.io' || (convert.version !== 'v1' && convert.version !== 'v1beta1')) return false;
  if (convert.kind === 'Table') return identifier !== 'protobuf';
  return convert.kind === 'PartialObjectMetadata' || convert.kind === 'PartialObjectMetadataList';
};

/** What everything else allows: the object as it is. */
export const noTransforms: AllowsTransform = (_serializer, convert) => convert === undefined;

/** Throws NotAcceptable, listing what could be had. */
export function negotiateOutput(req: Headers, factory: CodecFactory, options: NegotiateOptions = {}): OutputMediaType {
  const { stream = false, allowsTransform = resourceTransforms } = options;
  const found = negotiateMediaType(req.headers.accept ?? '', factory, allowsTransform);
  if (stream) {
    if (found?.output.serializer.streamMediaType === undefined) throw newNotAcceptable(streamMediaTypes(factory));
    return found.output;
  }
  if (!found) throw newNotAcceptable(mediaTypes(factory));
  const { output, pretty } = found;
  const wantsPretty = output.serializer.identifier === 'json' && (pretty || isPrettyPrint(req));
  return wantsPretty ? { ...output, serializer: factory.prettyJSON } : output;
}

/** The serializer of a request's body; JSON where no type is named. Throws UnsupportedMediaType. */
export function negotiateInput(contentType: string | undefined, factory: CodecFactory): Serializer {
  const mediaType = contentType ? parseMediaType(contentType) : factory.serializers[0]?.mediaType;
  const serializer = mediaType === undefined ? undefined : factory.serializerFor(mediaType);
  if (!serializer) throw newUnsupportedMediaType(mediaTypes(factory));
  return serializer;
}

const mediaTypes = ({ serializers }: CodecFactory) => serializers.map(({ mediaType }) => mediaType);
const streamMediaTypes = ({ serializers }: CodecFactory) => serializers.flatMap(({ mediaType, streamMediaType }) => (streamMediaType ? [`${mediaType};stream=watch`] : []));

/** A Content-Type without its parameters; undefined when it, or one of them, is malformed. */
function parseMediaType(text: string): string | undefined {
  return contentType.exec(text)?.[1]?.toLowerCase();
}

const token = "[\\w!#$%&'*+.^`|~-]+";
const contentType = new RegExp(`^\\s*(${token}/${token})\\s*(?:;\\s*${token}\\s*=\\s*(?:${token}|"(?:[^"\\\\]|\\\\.)*")\\s*)*;?\\s*$`);

/** People read with `?pretty=true`, curl, Wget or a browser. */
function isPrettyPrint({ url, headers }: Headers): boolean {
  const query = url.split('?', 2)[1] ?? '';
  if (query.includes('pretty')) {
    const pretty = new URLSearchParams(query).get('pretty');
    if (pretty) return /^(?:1|t|T|true|TRUE|True)$/.test(pretty);
  }
  return /^(?:curl|Wget|Mozilla\/5\.0)/.test(headers['user-agent'] ?? '');
}

type Found = { output: OutputMediaType; pretty: boolean };

function negotiateMediaType(header: string, { serializers }: CodecFactory, allows: AllowsTransform): Found | undefined {
  const first = serializers[0];
  if (header === '' && first) return { output: { serializer: first, stream: '' }, pretty: false };
  for (const clause of parseAccept(header)) {
    for (const serializer of serializers) {
      const found = matches(clause, serializer) ? accept(clause.params, serializer, allows) : undefined;
      if (found) return found;
    }
  }
  return undefined;
}

function matches({ type, subType }: Accept, { mediaType }: Serializer): boolean {
  if (type === '*' && subType === '*') return true;
  return mediaType === `${type}/${subType}` || (subType === '*' && mediaType.startsWith(`${type}/`));
}

/** A clause's parameters, as far as they can be met. */
function accept(params: Map<string, string>, serializer: Serializer, allows: AllowsTransform): Found | undefined {
  const stream = params.get('stream') ?? '';
  if (stream !== '' && (serializer.streamMediaType === undefined || stream !== 'watch')) return undefined;
  const version = params.get('sv') ?? '';
  if (version !== '' && (version !== 'v1' || allows === noTransforms)) return undefined;
  const wantsKind = params.has('as') || params.has('g') || params.has('v');
  const convert = wantsKind ? { group: params.get('g') ?? '', version: params.get('v') ?? '', kind: params.get('as') ?? '' } : undefined;
  if (!allows(serializer, convert)) return undefined;
  return { output: { serializer, stream, ...(convert && { convert }) }, pretty: params.get('pretty') === '1' };
}
