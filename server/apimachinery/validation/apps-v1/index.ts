/**
 * The kinds of apps/v1.
 *
 * Upstream: pkg/apis/apps/validation.
 */
import type { KindValidation } from '../kind-validation.ts';
import { controllerRevision } from './controller-revision.ts';
import { daemonSet } from './daemon-set.ts';
import { deployment, replicaSet } from './deployment.ts';
import { statefulSet } from './stateful-set.ts';

export const appsV1: Record<string, KindValidation> = { ControllerRevision: controllerRevision, DaemonSet: daemonSet, Deployment: deployment, ReplicaSet: replicaSet, StatefulSet: statefulSet };
