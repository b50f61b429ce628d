/** A registry over an etcd in memory, for tests: real stores, strategies and validation, no HTTP. */
import { INVALID_SPAN_CONTEXT, trace } from '@opentelemetry/api';
import discovery from '../apimachinery/facts/discovery.json' with { type: 'json' };
import { newScheme } from '../apimachinery/scheme.ts';
import { parseGroupVersion } from '../apimachinery/types.ts';
import type { KubeObject } from '../apimachinery/types.ts';
import type { UserInfo } from '../authentication/interfaces.ts';
import { Cancellation } from '../http/cancellation.ts';
import { RequestContext } from '../http/context.ts';
import { newMachinery } from '../endpoints/machinery.ts';
import { defaultServerConfig } from '../stages/default-config.ts';
import { newUndecoratedStorage } from '../stages/storages.ts';
import { newEmbeddedEtcd } from '../storage/etcd/embedded/embedded.ts';
import type { EtcdClient } from '../storage/etcd/client.ts';
import { newRESTProvider } from './builtin.ts';
import type { RESTOptions, RESTProvider } from './builtin.ts';
import type { RESTStorage, WriteOptions } from './rest.ts';

export const WRITE: WriteOptions = { dryRun: false, fieldManager: 'test', fieldValidation: 'Strict' };
export const allow = async () => undefined;

export interface TestRegistry {
  etcd: EtcdClient;
  provider: RESTProvider;
  /** `rest('v1', 'pods')`, `rest('v1', 'pods', 'binding')` */
  rest(apiVersion: string, resource: string, subresource?: string): Required<RESTStorage>;
  /** Defaults an object and makes it, by way of its resource's own storage. */
  create(resource: string, obj: KubeObject, options?: Partial<WriteOptions>): Promise<KubeObject>;
}

export function newTestRegistry({ etcd = newEmbeddedEtcd(), ...options }: { etcd?: EtcdClient } & Partial<RESTOptions> = {}): TestRegistry {
  const machinery = newMachinery(newScheme());
  const provider = newRESTProvider({ ...machinery, clock: Date, virtual: {}, newStorage: newUndecoratedStorage(machinery, defaultServerConfig({ etcd })), ...options });
  const rest: TestRegistry['rest'] = (apiVersion, resource, subresource = '') => {
    const gv = parseGroupVersion(apiVersion)!;
    const facts = discovery.find((g) => g.group === gv.group)!.versions.find((v) => v.version === gv.version)!.resources.find((r) => r.resource === resource)!;
    return provider(gv, facts, subresource) as Required<RESTStorage>;
  };
  return {
    etcd,
    provider,
    rest,
    create(resource, obj, options) {
      machinery.defaulter(obj);
      const { namespace = '' } = obj.metadata;
      return rest(obj.apiVersion, resource).create(requestFor({ namespace, resource, apiGroup: parseGroupVersion(obj.apiVersion)!.group }), obj, allow, { ...WRITE, ...options });
    },
  };
}

interface About {
  namespace?: string;
  resource?: string;
  subresource?: string;
  name?: string;
  verb?: string;
  apiGroup?: string;
  user?: UserInfo;
}

/** The context of a request, as the filters leave it. */
export function requestFor({ namespace = '', resource = '', subresource = '', name = '', verb = 'create', apiGroup = '', user = { name: 'admin', groups: ['system:masters'] } }: About = {}): RequestContext {
  const ctx = new RequestContext(new Cancellation(), trace.getTracer('test'), trace.wrapSpanContext(INVALID_SPAN_CONTEXT));
  ctx.user = user;
  ctx.requestInfo = { isResourceRequest: true, path: '/', verb, apiPrefix: 'api', apiGroup, apiVersion: 'v1', namespace, resource, subresource, name, parts: [], fieldSelector: '', labelSelector: '' };
  return ctx;
}

export const pod = (name: string, spec: object = {}, metadata: object = {}): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, namespace: 'ns', ...metadata },
  spec: { containers: [{ name: 'app', image: 'busybox' }], ...spec },
});
