/**
 * How long admission takes: each of its two steps, and each plugin in them.
 *
 * Upstream: k8s.io/apiserver/pkg/admission/metrics/metrics.go. Leaves out summaries.
 */
import type { KubeRegistry } from '../observe/metrics/registry.ts';
import type { Observer } from '../observe/metrics/vectors.ts';
import type { Operation } from './interfaces.ts';

const buckets = [0.005, 0.025, 0.1, 0.5, 1, 2.5];
const labels = ['type', 'operation', 'rejected'];

/** Of one plugin in one of the steps, or of the step itself; seconds. */
export type AdmissionObserver = Record<Operation, Record<'accepted' | 'rejected', Observer>>;
/** `name` is a plugin's; '' stands for all of them, as one step. */
export type AdmissionMetrics = (name: string, type: 'admit' | 'validate') => AdmissionObserver;

export function newAdmissionMetrics(registry: KubeRegistry): AdmissionMetrics {
  const stable = (name: string, help: string) => ({ name, help, stabilityLevel: 'STABLE', buckets }) as const;
  const steps = registry.histogramVec(stable('apiserver_admission_step_admission_duration_seconds', 'How long a step of admission takes.'), labels);
  const plugins = registry.histogramVec(stable('apiserver_admission_controller_admission_duration_seconds', 'How long an admission plugin takes.'), ['name', ...labels]);
  return (name, type) => {
    const series = (...of: string[]) => (name === '' ? steps.withLabelValues(type, ...of) : plugins.withLabelValues(name, type, ...of));
    const of = (operation: Operation) => ({ accepted: series(operation, 'false'), rejected: series(operation, 'true') });
    return { CREATE: of('CREATE'), UPDATE: of('UPDATE'), DELETE: of('DELETE'), CONNECT: of('CONNECT') };
  };
}
