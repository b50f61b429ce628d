/**
 * How many requests are being handled, and how many wait for their turn: of each the most that there were in the last
 * whole second.
 *
 * Upstream: requestWatermark of k8s.io/apiserver/pkg/server/filters/maxinflight.go. There a timer notes the number each
 * second; here it is told when it is asked for.
 */
import type { KubeRegistry } from '../observe/metrics/registry.ts';
import type { Gauge } from '../observe/metrics/vectors.ts';

export type Phase = 'executing' | 'waiting';

export interface InflightMetrics {
  /** One request more; what it answers takes it back, once. */
  enter(phase: Phase, isReadOnly: boolean): () => void;
}

export function newInflightMetrics(registry: KubeRegistry): InflightMetrics {
  const executing = registry.gaugeVec({ name: 'apiserver_current_inflight_requests', help: 'The most requests that were handled at once in the last second, by kind.', stabilityLevel: 'STABLE' }, ['request_kind']);
  const waiting = registry.gaugeVec({ name: 'apiserver_current_inqueue_requests', help: 'The most requests that waited for their turn at once in the last second, by kind.', stabilityLevel: 'ALPHA' }, ['request_kind']);
  const watermarks = {
    executing: [new Watermark(executing.withLabelValues('mutating')), new Watermark(executing.withLabelValues('readOnly'))],
    waiting: [new Watermark(waiting.withLabelValues('mutating')), new Watermark(waiting.withLabelValues('readOnly'))],
  } as const;
  registry.collect(async () => {
    for (const watermark of [...watermarks.executing, ...watermarks.waiting]) watermark.show();
  });
  return {
    enter(phase, isReadOnly) {
      const watermark = watermarks[phase][isReadOnly ? 1 : 0];
      watermark.add(1);
      let isIn = true;
      return () => {
        if (isIn) watermark.add(-1);
        isIn = false;
      };
    },
  };
}

class Watermark {
  readonly #gauge: Gauge;
  #count = 0;
  #second = 0;
  /** The most in this second, and in the one before it. */
  #highest = 0;
  #last = 0;

  constructor(gauge: Gauge) {
    this.#gauge = gauge;
  }

  add(delta: number): void {
    this.#turn();
    this.#count += delta;
    this.#highest = Math.max(this.#highest, this.#count);
  }

  show(): void {
    this.#turn();
    this.#gauge.set(this.#last);
  }

  #turn(): void {
    const second = Math.trunc(performance.now() / 1000);
    if (second === this.#second) return;
    this.#last = second === this.#second + 1 ? this.#highest : this.#count;
    this.#highest = this.#count;
    this.#second = second;
  }
}
