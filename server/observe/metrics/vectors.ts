/**
 * Counters, gauges and histograms, each a family of series that differ in their labels. To count costs an addition to
 * whoever keeps the series at hand, and one look-up by labels otherwise.
 *
 * Upstream: CounterVec, GaugeVec and HistogramVec of k8s.io/component-base/metrics, over
 * github.com/prometheus/client_golang/prometheus. Leaves out summaries, exemplars and native histograms. It is not the
 * prom-client package, which needs modules of Node.
 */
import type { Histogram, Sample, Series, Value } from './series.ts';

export interface MetricOpts {
  name: string;
  help: string;
  /** Without it Kubernetes promises nothing. */
  stabilityLevel?: 'ALPHA' | 'BETA' | 'STABLE';
  /** The minor version, of Kubernetes 1, in which it was deprecated. */
  deprecatedVersion?: string;
}

export interface HistogramOpts extends MetricOpts {
  /** Upper bounds, in order; what lies above the last counts only in the sum of all. */
  buckets: readonly number[];
}

export type Counter = Pick<Value, 'inc'>;
export type Gauge = Pick<Value, 'inc' | 'dec' | 'set'>;
export type Observer = Pick<Histogram, 'observe'>;

/** What a family is to those who read it. */
export interface MetricFamily {
  opts: MetricOpts;
  type: 'counter' | 'gauge' | 'histogram';
  labelNames: readonly string[];
  /** Those that have a value. */
  series(): { labelValues: readonly string[]; samples: Sample[] }[];
  reset(): void;
}

export class Vec<S extends Series> implements MetricFamily {
  readonly opts: MetricOpts;
  readonly type: MetricFamily['type'];
  readonly labelNames: readonly string[];
  readonly #newSeries: () => S;
  readonly #series = new Map<string, { labelValues: readonly string[]; series: S }>();

  constructor(opts: MetricOpts, type: MetricFamily['type'], labelNames: readonly string[], newSeries: () => S) {
    this.opts = opts;
    this.type = type;
    this.labelNames = labelNames;
    this.#newSeries = newSeries;
    this.#showOnly();
  }

  /** The series with these labels, in the order of their names. It stays the same, and may be kept. */
  withLabelValues(...labelValues: string[]): S {
    const key = labelValues.join('\0');
    const known = this.#series.get(key);
    if (known) return known.series;
    const series = this.#newSeries();
    this.#series.set(key, { labelValues, series });
    return series;
  }

  delete(...labelValues: string[]): void {
    this.#series.delete(labelValues.join('\0'));
  }

  series(): { labelValues: readonly string[]; samples: Sample[] }[] {
    return [...this.#series.values()].filter(({ series }) => series.touched).map(({ labelValues, series }) => ({ labelValues, samples: series.samples() }));
  }

  reset(): void {
    for (const { series } of this.#series.values()) series.reset();
    this.#showOnly();
  }

  /** Where there is only one, it is there before anything happens. */
  #showOnly(): void {
    if (this.labelNames.length === 0) this.withLabelValues().touched = true;
  }
}
