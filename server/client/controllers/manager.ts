/**
 * Runs the controllers, each as a user of its own, on informers that they share.
 *
 * Upstream: cmd/kube-controller-manager/app (controllermanager.go, core.go), k8s.io/controller-manager/app (IsControllerEnabled), with
 * --use-service-account-credentials.
 */
import type { Tracer } from '@opentelemetry/api';
import type { UserInfo } from '../../authentication/interfaces.ts';
import { makeGroupNames, makeUsername } from '../../authentication/service-account.ts';
import type { Logger } from '../../observe/logger.ts';
import type { WithDelayedExecution } from '../clock.ts';
import type { RESTClient } from '../rest-client.ts';
import { newRESTClient } from '../rest-client.ts';
import { newSharedInformerFactory } from '../shared-informer-factory.ts';
import type { Transport } from '../transport.ts';
import type { Controller, NewController } from './controller.ts';
import { newDeploymentController } from './deployment.ts';
import { newEndpointSliceController } from './endpoint-slice.ts';
import { newEndpointsController } from './endpoints.ts';
import { newGarbageCollector } from './garbage-collector.ts';
import { newJobController } from './job.ts';
import { NODE_NAME, newKubelet } from './kubelet.ts';
import { newNamespaceController } from './namespace.ts';
import { newReplicaSetController } from './replica-set.ts';
import { newResourceQuotaController } from './resource-quota.ts';
import { newRootCACertPublisher } from './root-ca-cert-publisher.ts';
import { newScheduler } from './scheduler.ts';
import { newServiceAccountController } from './service-account.ts';
import { tracedInformers } from './traced-informers.ts';
import { newTTLAfterFinishedController } from './ttl-after-finished.ts';

const serviceAccount = (name: string): UserInfo => ({ name: makeUsername('kube-system', name), groups: makeGroupNames('kube-system') });

/** Who reads for all of them. */
const MANAGER: UserInfo = { name: 'system:kube-controller-manager', groups: [] };

interface Known {
  user: UserInfo;
  start: NewController;
}

/** By the names that kube-controller-manager has for them, and two that are programs of their own. */
const CONTROLLERS: Record<string, Known> = {
  'serviceaccount-controller': { user: serviceAccount('service-account-controller'), start: newServiceAccountController },
  'root-ca-certificate-publisher-controller': { user: serviceAccount('root-ca-cert-publisher'), start: newRootCACertPublisher },
  'namespace-controller': { user: serviceAccount('namespace-controller'), start: newNamespaceController },
  'garbage-collector-controller': { user: serviceAccount('generic-garbage-collector'), start: newGarbageCollector },
  'deployment-controller': { user: serviceAccount('deployment-controller'), start: newDeploymentController },
  'replicaset-controller': { user: serviceAccount('replicaset-controller'), start: newReplicaSetController },
  'job-controller': { user: serviceAccount('job-controller'), start: newJobController },
  'ttl-after-finished-controller': { user: serviceAccount('ttl-after-finished-controller'), start: newTTLAfterFinishedController },
  'endpointslice-controller': { user: serviceAccount('endpointslice-controller'), start: newEndpointSliceController },
  'endpoints-controller': { user: serviceAccount('endpoint-controller'), start: newEndpointsController },
  'resourcequota-controller': { user: serviceAccount('resourcequota-controller'), start: newResourceQuotaController },
  'kube-scheduler': { user: { name: 'system:kube-scheduler', groups: [] }, start: newScheduler },
  // what the authorizer of nodes lets a kubelet do is bound to what it knows of the node; this one needs no such mode
  kubelet: { user: { name: `system:node:${NODE_NAME}`, groups: ['system:nodes', 'system:masters'] }, start: newKubelet },
};

/** What is part of kube-controller-manager goes by its name, too. */
const userAgent = (name: string) => (name.startsWith('kube') ? `${name}/v1.36.2` : `kube-controller-manager/v1.36.2/${name}`);

export const CONTROLLER_NAMES: readonly string[] = Object.keys(CONTROLLERS);

/** Those that a list asks for: `*` for all, `foo` for one, `-foo` for all but one. Throws for a name that none has. */
export function enabledControllers(wanted: readonly string[]): string[] {
  const unknown = wanted.find((each) => each !== '*' && !CONTROLLER_NAMES.includes(each.replace(/^-/, '')));
  if (unknown !== undefined) throw new Error(`"${unknown.replace(/^-/, '')}" is not in the list of known controllers: ${CONTROLLER_NAMES.join(', ')}`);
  return CONTROLLER_NAMES.filter((name) => {
    const said = wanted.find((each) => each === name || each === `-${name}`);
    return said === undefined ? wanted.includes('*') : said === name;
  });
}

export interface ControllerManagerOptions {
  /** As `enabledControllers` answers them. */
  controllers: readonly string[];
  /** How a user's requests reach the server. */
  transport(user: UserInfo): Transport;
  clock: WithDelayedExecution;
  tracer: Tracer;
  log: Logger;
  /** What the server's certificate is checked with, as PEM. */
  rootCA: string;
}

/** The users that these controllers are. */
export function controllerUsers(controllers: readonly string[]): UserInfo[] {
  return controllers.length === 0 ? [] : [MANAGER, ...controllers.flatMap((name) => CONTROLLERS[name]?.user ?? [])];
}

export function newControllerManager({ controllers, transport, clock, tracer, log, rootCA }: ControllerManagerOptions): Controller {
  const clientOf = (user: UserInfo, name: string, metadataOnly = false): RESTClient => newRESTClient({ transport: transport(user), userAgent: userAgent(name), metadataOnly, clock });
  const informers = newSharedInformerFactory({ client: clientOf(MANAGER, 'shared-informers'), clock, log });
  const running = controllers.flatMap((name) => {
    const known = CONTROLLERS[name];
    return known ? [known.start({ client: clientOf(known.user, name), metadataClient: clientOf(known.user, name, true), informers: tracedInformers(informers, name, tracer), clock, tracer, log, rootCA })] : [];
  });
  const { promise: ready, resolve: nowReady } = Promise.withResolvers<void>();
  return {
    ready,
    async run(signal) {
      informers.start(signal);
      void Promise.all([informers.waitForCacheSync(signal), ...running.map((controller) => controller.ready)]).then(() => nowReady());
      await Promise.all([...running.map((controller) => controller.run(signal)), informers.shutdown()]);
    },
  };
}
