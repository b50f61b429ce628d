/**
 * The registry of one server: all that it counts, by name.
 *
 * Upstream: kubeRegistry of k8s.io/component-base/metrics/registry.go. Leaves out the flags that show
 * hidden ones or turn others off: what is hidden in v1.36 is not counted.
 */
import { Histogram, Value } from './series.ts';
import { Vec } from './vectors.ts';
import type { Counter, HistogramOpts, MetricFamily, MetricOpts, Observer } from './vectors.ts';

/** A family whose series are made by their labels' values. */
export interface MetricVec<M> {
  withLabelValues(...values: string[]): M;
}

export class KubeRegistry {
  readonly #families = new Map<string, MetricFamily>();
  readonly #collectors: (() => Promise<void>)[] = [];
  #registered: Vec<Value> | undefined;

  /** Of what is registered from then on. */
  registerMetadataMetrics(): void {
    const beta = (name: string, help: string) => ({ name, help, stabilityLevel: 'BETA' }) as const;
    this.#registered = this.#register(new Vec(beta('registered_metrics_total', 'Metrics that there are.'), 'counter', ['stability_level', 'deprecated_version'], () => new Value()));
    this.counterVec(beta('hidden_metrics_total', 'Metrics that are not shown any more.'), []);
    this.counterVec(beta('disabled_metrics_total', 'Metrics that are turned off.'), []);
  }

  counterVec(opts: MetricOpts, labelNames: readonly string[]): MetricVec<Counter> {
    return this.#register(new Vec(opts, 'counter', labelNames, () => new Value()));
  }

  gaugeVec(opts: MetricOpts, labelNames: readonly string[]): Vec<Value> {
    return this.#register(new Vec(opts, 'gauge', labelNames, () => new Value()));
  }

  histogramVec({ buckets, ...opts }: HistogramOpts, labelNames: readonly string[]): MetricVec<Observer> {
    return this.#register(new Vec(opts, 'histogram', labelNames, () => new Histogram(buckets)));
  }

  /** A number that is looked up at each gathering. Where `read` fails, or answers NaN, it is left out. */
  valueFunc(opts: MetricOpts, type: 'counter' | 'gauge', read: () => number | Promise<number>): void {
    const family = this.#register(new Vec(opts, type, [], () => new Value()));
    this.collect(async () => {
      const value = await Promise.resolve().then(read).catch(() => NaN);
      if (Number.isNaN(value)) family.delete();
      else family.withLabelValues().set(value);
    });
  }

  /** Runs before each gathering, for what is looked up then. What it does not find it leaves out itself. */
  collect(collector: () => Promise<void>): void {
    this.#collectors.push(collector);
  }

  /** The families that have any value, by name. */
  async gather(): Promise<MetricFamily[]> {
    await Promise.all(this.#collectors.map((collect) => collect()));
    return [...this.#families.values()].filter((family) => family.series().length > 0).sort((a, b) => (a.opts.name < b.opts.name ? -1 : 1));
  }

  reset(): void {
    for (const family of this.#families.values()) family.reset();
  }

  #register<F extends MetricFamily>(family: F): F {
    const { name, stabilityLevel, deprecatedVersion = '' } = family.opts;
    if (this.#families.has(name)) throw new Error(`metric "${name}" is registered twice`);
    this.#families.set(name, family);
    if (stabilityLevel) this.#registered?.withLabelValues(stabilityLevel, deprecatedVersion).inc();
    return family;
  }
}
