/**
 * What a fresh server writes for itself: system namespaces, RBAC roles and bindings, priority levels and classes.
 *
 * Upstream: pkg/registry/rbac/rest/storage_rbac.go, pkg/registry/flowcontrol/rest, pkg/registry/scheduling/rest and
 * pkg/controlplane/controller/systemnamespaces, as post-start hooks. Leaves out mending objects that were changed.
 */
import { deepCopy } from '../apimachinery/deep.ts';
import bootstrap from '../apimachinery/facts/bootstrap.json' with { type: 'json' };
import { parseGroupVersion } from '../apimachinery/types.ts';
import type { KubeObject } from '../apimachinery/types.ts';
import { newBackgroundContext } from '../http/background.ts';
import type { RequestContext } from '../http/context.ts';
import { isAlreadyExists } from '../http/status.ts';
import type { RESTProvider } from '../registry/builtin.ts';
import { lookup } from '../registry/lookup.ts';
import type { Machinery } from './machinery.ts';
import type { ServerConfig } from './stage.ts';

const OPTIONS = { dryRun: false, fieldManager: 'kube-apiserver', fieldValidation: 'Ignore' } as const;

export async function writeBootstrapObjects({ tracer }: ServerConfig, { defaulter }: Machinery, rest: RESTProvider): Promise<void> {
  for (const [resource, objects] of Object.entries(bootstrap)) {
    await Promise.all(objects.map((object) => createIfMissing(resource, object)));
  }

  async function createIfMissing(resource: string, object: KubeObject): Promise<void> {
    const group = parseGroupVersion(object.apiVersion)?.group ?? '';
    const { create } = lookup(rest, group, resource);
    const copy = deepCopy(object);
    defaulter(copy);
    try {
      await create(newBackgroundContext(tracer, 'create', object.metadata.namespace ?? ''), copy, async () => undefined, OPTIONS);
    } catch (err) {
      if (!isAlreadyExists(err)) throw err;
    }
  }
}

/** Reads namespaces for admission. */
export function getNamespaces(rest: RESTProvider): (ctx: RequestContext, name: string) => Promise<KubeObject> {
  const { get } = lookup(rest, '', 'namespaces');
  return (ctx, name) => get(ctx, name, { resourceVersion: '' });
}
