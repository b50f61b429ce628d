/**
 * From a result to the bytes that the client asked for: the object itself, its metadata alone, or a table of it.
 *
 * Upstream: k8s.io/apiserver/pkg/endpoints/handlers/response.go (transformResponseObject, asTable,
 * asPartialObjectMetadata).
 */
import type { Request, Response } from 'express';
import type { GroupVersionKind, KubeList, KubeObject, ObjectMeta, TypeMeta } from '../apimachinery/types.ts';
import { formatGroupVersion } from '../apimachinery/types.ts';
import type { RequestContext } from '../http/context.ts';
import { LatencyTrackers } from '../http/latency-trackers.ts';
import type { OutputMediaType } from '../http/negotiate.ts';
import { writeObjectNegotiated } from '../http/responsewriters.ts';
import type { Status } from '../http/status.ts';
import { newBadRequest, newNotAcceptableError } from '../http/status.ts';
import { startSpan } from '../observe/tracing.ts';
import type { Table } from '../registry/rest.ts';
import { hasInitialEventsEndAnnotation } from '../storage/initial-events.ts';
import { internalPackage } from './decode.ts';
import { encodeResult } from './encode-result.ts';
import { queryOf } from './options.ts';
import type { RequestScope } from './scope.ts';

type Result = KubeObject | KubeList | Status;

export interface TableOptions {
  noHeaders: boolean;
  /** How much of each object a row carries. */
  includeObject: 'None' | 'Metadata' | 'Object';
}

export async function transformResponseObject(ctx: RequestContext, scope: RequestScope, req: Request, res: Response, status: number, output: OutputMediaType, result: Result): Promise<void> {
  const inner = startSpan(ctx, 'SerializeObject', { fn: 'transformResponseObject', file: 'server/endpoints/response.ts' }, { mediaType: output.serializer.mediaType });
  const { convert, serializer } = output;
  const { latency = new LatencyTrackers() } = ctx;
  const shown = convert && result.kind !== 'Status' ? latency.time('transform-response-object', () => transformObject(result as KubeObject | KubeList, convert, scope, tableOptions(convert, req))) : result;
  await writeObjectNegotiated(inner, req, res, status, serializer, shown, (serializer, obj) => latency.time('serialize-response-object', () => encodeResult(serializer, obj, scope.encodings)));
  if (inner !== ctx) inner.span.end();
}

/** What the query says of a table; of anything else it says nothing. */
export function tableOptions(convert: GroupVersionKind | undefined, req: Request): TableOptions {
  const includeObject = (convert?.kind === 'Table' && queryOf(req.url).get('includeObject')) || 'Metadata';
  if (includeObject !== 'None' && includeObject !== 'Metadata' && includeObject !== 'Object') {
    throw newBadRequest(`Unable to convert to Table as requested: includeObject: Invalid value: ${JSON.stringify(includeObject)}: must be 'Metadata', 'Object', 'None', or empty`);
  }
  return { noHeaders: false, includeObject };
}

export function transformObject(obj: KubeObject | KubeList, target: GroupVersionKind, scope: Pick<RequestScope, 'kind' | 'table'>, options: TableOptions): TypeMeta {
  const apiVersion = formatGroupVersion(target);
  const refuse = (what: string) => newNotAcceptableError(`you requested ${target.kind}, but the requested object is ${what} (*${internalPackage(scope.kind)}.${obj.kind})`);
  switch (target.kind) {
    case 'Table':
      return asTable(obj, apiVersion, scope, options);
    case 'PartialObjectMetadata':
      if (isList(obj)) throw refuse('a list');
      return asPartialObjectMetadata(obj, apiVersion);
    case 'PartialObjectMetadataList':
      if (!isList(obj)) throw refuse('not a list');
      return asPartialObjectMetadataList(obj, apiVersion);
    default:
      throw new Error(`no transformation to ${target.kind}`);
  }
}

function asTable(obj: KubeObject | KubeList, apiVersion: string, scope: Pick<RequestScope, 'table'>, { noHeaders, includeObject }: TableOptions): Table {
  const table = scope.table.convertToTable(obj, { noHeaders });
  // rows carry their objects; some kinds sort them
  for (const row of table.rows) {
    const object = row.object as KubeObject;
    // the bookmark that ends the initial events is known by its metadata
    if (includeObject === 'None' && !hasInitialEventsEndAnnotation(object)) row.object = null;
    else if (includeObject !== 'Object') row.object = asPartialObjectMetadata(object, apiVersion);
  }
  return { ...table, apiVersion };
}

function asPartialObjectMetadata({ kind, metadata }: KubeObject, apiVersion: string): KubeObject {
  return { kind: 'PartialObjectMetadata', apiVersion, metadata: kind === 'DaemonSet' ? ofInternalType(metadata) : metadata };
}

/** A DaemonSet's generation of the template is an annotation only in apps/v1: its metadata alone is that of the internal type. */
function ofInternalType({ annotations: { 'deprecated.daemonset.template.generation': _generation, ...annotations } = {}, ...metadata }: ObjectMeta): ObjectMeta {
  return Object.keys(annotations).length > 0 ? { ...metadata, annotations } : metadata;
}

interface PartialObjectMetadataList extends TypeMeta {
  metadata: KubeList['metadata'];
  /** Upstream's list of nothing has no items, which Go writes as null. */
  items: KubeObject[] | null;
}

function asPartialObjectMetadataList({ metadata, items }: KubeList, apiVersion: string): PartialObjectMetadataList {
  return { kind: 'PartialObjectMetadataList', apiVersion, metadata, items: items.length > 0 ? items.map((item) => asPartialObjectMetadata(item, apiVersion)) : null };
}

function isList(obj: KubeObject | KubeList): obj is KubeList {
  return Array.isArray(obj.items) && obj.kind.endsWith('List');
}
