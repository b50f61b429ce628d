/**
 * Several backends as one.
 *
 * Upstream: k8s.io/apiserver/pkg/audit/union.go.
 */
import type { Backend, Processed } from './types.ts';

export function union(...backends: [Backend, ...Backend[]]): Backend {
  const [only, ...others] = backends;
  if (others.length === 0) return only;
  return {
    processEvents: (...events) => all(backends.map((backend) => backend.processEvents(...events))),
    async shutdown() {
      await Promise.all(backends.map((backend) => backend.shutdown()));
    },
  };
}

/** Whether all are; at once, where none takes its time. */
export function all(results: Processed[]): Processed {
  const done = !results.includes(false);
  const underWay = results.filter((result) => typeof result !== 'boolean');
  return underWay.length === 0 ? done : Promise.all(underWay).then((ended) => done && ended.every(Boolean));
}
