/**
 * Every namespace has an account `default`, as which its Pods run. It is made when the first Pod of a namespace asks for
 * it, so that a namespace without Pods looks as kube-apiserver leaves it.
 *
 * Upstream: pkg/controller/serviceaccount/serviceaccounts_controller.go, which makes it along with the namespace. It is
 * part of kube-controller-manager and not of kube-apiserver, which alone refuses such Pods; the complete stage has it so
 * that Pods can be made where there is no controller manager.
 */
import type { Reader } from '../admission/reader.ts';
import { newBackgroundContext } from '../http/background.ts';
import { isAlreadyExists } from '../http/status.ts';
import type { RESTProvider } from '../registry/builtin.ts';
import { lookup } from '../registry/lookup.ts';
import type { ServerConfig } from './stage.ts';

const NAME = 'default';
const OPTIONS = { dryRun: false, fieldManager: 'kube-controller-manager', fieldValidation: 'Ignore' } as const;

/** Reads accounts, and makes the default one of a namespace that has none. */
export function withDefaultServiceAccounts({ tracer }: Pick<ServerConfig, 'tracer'>, rest: RESTProvider, accounts: Reader): Reader {
  const { create } = lookup(rest, '', 'serviceaccounts');
  return {
    list: accounts.list,
    async get(ctx, namespace, name) {
      const found = await accounts.get(ctx, namespace, name);
      return found ?? (name === NAME ? make(namespace) : undefined);
    },
  };

  async function make(namespace: string) {
    const account = { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: NAME, namespace } };
    try {
      return await create(newBackgroundContext(tracer, 'create', namespace), account, async () => undefined, OPTIONS);
    } catch (err) {
      // another Pod's request was faster: the plugin looks again
      if (isAlreadyExists(err)) return undefined;
      throw err;
    }
  }
}
