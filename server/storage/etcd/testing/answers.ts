/** What an etcd said, in terms that do not depend on what else it has seen. */
import type { EtcdEvent, KeyValue, RangeResponse, ResponseOp } from '../client.ts';

export interface Terms {
  prefix: string;
  /** Revisions count from this one. */
  base: number;
  /** Leases are numbered in the order of their grants. */
  leases: string[];
}

export function relative({ base }: Terms, revision: number): number {
  return revision - base;
}

export function rangeAnswer(terms: Terms, { revision, kvs, more, count }: RangeResponse): unknown {
  return { revision: relative(terms, revision), kvs: kvs.map((kv) => keyValue(terms, kv)), more, count };
}

export function responseAnswer(terms: Terms, response: ResponseOp): unknown {
  switch (response.op) {
    case 'range':
      return rangeAnswer(terms, response);
    case 'put':
      return { put: response.prevKv ? keyValue(terms, response.prevKv) : 'new' };
    case 'deleteRange':
      return { deleted: response.deleted, prevKvs: response.prevKvs.map((kv) => keyValue(terms, kv)) };
  }
}

export function eventAnswer(terms: Terms, { type, kv, prevKv }: EtcdEvent): unknown {
  return { type, kv: keyValue(terms, kv), prevKv: prevKv ? keyValue(terms, prevKv) : 'none' };
}

function keyValue(terms: Terms, kv: KeyValue): unknown {
  const { createRevision, modRevision, version } = kv;
  return {
    key: kv.key.slice(terms.prefix.length),
    value: new TextDecoder().decode(kv.value),
    createRevision: createRevision === 0 ? 'none' : relative(terms, createRevision),
    modRevision: relative(terms, modRevision),
    version,
    lease: kv.lease === '0' ? 'none' : terms.leases.indexOf(kv.lease),
  };
}
