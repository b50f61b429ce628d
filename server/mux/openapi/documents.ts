/**
 * OpenAPIDocuments makes each document when it is first asked for, and again once what it describes has changed.
 *
 * Upstream: k8s.io/kube-openapi/pkg/cached, k8s.io/apiserver/pkg/server/routes/openapi.go.
 */
import type { Scheme } from '../../apimachinery/scheme.ts';
import { apiPath } from '../api-path.ts';
import type { DiscoveryManager } from '../discovery/discovery-manager.ts';
import type { WebService } from '../web-service.ts';
import { discoveryOperations } from './discovery-operations.ts';
import { type Operation, operationsOf } from './operations.ts';
import { buildSwagger } from './spec2.ts';
import { encodeSwagger } from './spec2-protobuf.ts';
import { buildOpenAPIV3 } from './spec3.ts';

export interface OpenAPIDocument {
  bytes: Uint8Array;
  /** Upper-case hex of the bytes' SHA-512. */
  etag: string;
}

interface Source {
  /** What the document is made from; another object means another document. */
  from: unknown;
  operations(): Operation[];
}

interface Made {
  from: unknown;
  document: Promise<OpenAPIDocument>;
}

export class OpenAPIDocuments {
  readonly #scheme: Scheme;
  readonly #manager: DiscoveryManager;
  readonly #openID: readonly WebService[];
  readonly #made = new Map<string, Made>();

  /** `openID` are the services of service account tokens, where they have any. */
  constructor(scheme: Scheme, manager: DiscoveryManager, openID: readonly WebService[] = []) {
    this.#scheme = scheme;
    this.#openID = openID;
    this.#manager = manager;
  }

  /** The names of the OpenAPI 3 documents (`api/v1`, `apis/apps/v1`, `version`), in order. */
  names(): string[] {
    return [...this.#sources().keys()].sort();
  }

  v3(name: string): Promise<OpenAPIDocument> | undefined {
    const source = this.#sources().get(name);
    return source && this.#make(`v3/${name}`, source.from, () => buildOpenAPIV3(this.#scheme, source.operations()));
  }

  v2(): Promise<OpenAPIDocument> {
    return this.#make('v2', this.#manager.revision, () => this.#swagger());
  }

  v2Protobuf(): Promise<OpenAPIDocument> {
    return this.#make('v2.protobuf', this.#manager.revision, () => encodeSwagger(this.#swagger()));
  }

  #swagger(): object {
    return buildSwagger(this.#scheme, [...this.#sources().values()].flatMap((source) => source.operations()));
  }

  #sources(): Map<string, Source> {
    const groups = this.#manager.groups();
    const sources = new Map<string, Source>();
    for (const operation of discoveryOperations(groups, this.#openID)) {
      sources.set(operation.path.slice(1, -1), { from: operation.path, operations: () => [operation] });
    }
    for (const group of groups) {
      for (const version of group.versions) {
        const path = apiPath({ group: group.group, version: version.version });
        sources.set(path.slice(1), { from: version, operations: () => operationsOf(group, version) });
      }
    }
    return sources;
  }

  #make(key: string, from: unknown, build: () => object | Uint8Array<ArrayBuffer>): Promise<OpenAPIDocument> {
    const known = this.#made.get(key);
    if (known && known.from === from) return known.document;
    const document = hashed(build());
    this.#made.set(key, { from, document });
    return document;
  }
}

async function hashed(document: object | Uint8Array<ArrayBuffer>): Promise<OpenAPIDocument> {
  const bytes = document instanceof Uint8Array ? document : new TextEncoder().encode(JSON.stringify(document));
  return { bytes, etag: await computeETag(bytes) };
}

async function computeETag(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-512', bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('').toUpperCase();
}
