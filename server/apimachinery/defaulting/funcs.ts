/**
 * Which type has a default function of its own, by schema name. A type is defaulted wherever it is nested.
 *
 * Upstream: the SetDefaults_ functions of pkg/apis/GROUP/VERSION/defaults.go.
 */
import type { DefaultFunc } from '../access.ts';
import { admissionregistrationV1 } from './admissionregistration-v1.ts';
import { apiextensionsV1 } from './apiextensions-v1.ts';
import { appsV1 } from './apps-v1.ts';
import { autoscaling } from './autoscaling.ts';
import { batchV1 } from './batch-v1.ts';
import { coreV1 } from './core-v1.ts';
import { flowcontrolV1 } from './flowcontrol-v1.ts';
import { networkingV1 } from './networking-v1.ts';
import { podV1 } from './pod-v1.ts';
import { rbacV1 } from './rbac-v1.ts';
import { resourceV1 } from './resource-v1.ts';
import { storageV1 } from './storage-v1.ts';

type Table = Readonly<Record<string, DefaultFunc>>;

const named = (prefix: string, table: Table): Table => Object.fromEntries(Object.entries(table).map(([type, fn]) => [`io.k8s.${prefix}.${type}`, fn]));

export const defaultFuncs: Table = {
  ...named('api.core.v1', coreV1),
  ...named('api.core.v1', podV1),
  ...named('api.apps.v1', appsV1),
  ...named('api.batch.v1', batchV1),
  ...named('api.networking.v1', networkingV1.networking),
  ...named('api.discovery.v1', networkingV1.discovery),
  ...named('api.rbac.v1', rbacV1),
  ...named('api.autoscaling.v1', autoscaling.v1),
  ...named('api.autoscaling.v2', autoscaling.v2),
  ...named('api.storage.v1', storageV1.storage),
  ...named('api.scheduling.v1', storageV1.scheduling),
  ...named('api.admissionregistration.v1', admissionregistrationV1),
  ...named('api.flowcontrol.v1', flowcontrolV1),
  ...named('api.resource.v1', resourceV1),
  ...named('apiextensions-apiserver.pkg.apis.apiextensions.v1', apiextensionsV1.apiextensions),
  ...named('kube-aggregator.pkg.apis.apiregistration.v1', apiextensionsV1.apiregistration),
};
