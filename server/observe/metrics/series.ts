/**
 * What is counted under one set of labels: a number, or how often which numbers were seen.
 *
 * Upstream: counter.go, gauge.go and histogram.go of github.com/prometheus/client_golang/prometheus.
 */

/** One number of a series: `suffix` goes on the family's name, `le` is the bound of a histogram's bucket. */
export interface Sample {
  suffix: '' | '_bucket' | '_sum' | '_count';
  le?: number;
  value: number;
}

export interface Series {
  /** Whether it has a value; one that has none is not shown. */
  touched: boolean;
  samples(): Sample[];
  reset(): void;
}

/** A number that goes up; a gauge's goes down too. */
export class Value implements Series {
  touched = false;
  #value = 0;

  inc(by = 1): void {
    this.#value += by;
    this.touched = true;
  }

  dec(): void {
    this.inc(-1);
  }

  set(value: number): void {
    this.#value = value;
    this.touched = true;
  }

  samples(): Sample[] {
    return [{ suffix: '', value: this.#value }];
  }

  reset(): void {
    this.#value = 0;
    this.touched = false;
  }
}

export class Histogram implements Series {
  touched = false;
  readonly #bounds: readonly number[];
  /** Of each bucket alone; the last one is for what is above all bounds. */
  readonly #counts: number[];
  #sum = 0;

  constructor(bounds: readonly number[]) {
    this.#bounds = bounds;
    this.#counts = new Array<number>(bounds.length + 1).fill(0);
  }

  observe(value: number): void {
    const bounds = this.#bounds;
    let i = 0;
    while (i < bounds.length && value > bounds[i]!) i++;
    this.#counts[i]!++;
    this.#sum += value;
    this.touched = true;
  }

  samples(): Sample[] {
    let count = 0;
    const buckets = [...this.#bounds, Infinity].map((le, i): Sample => ({ suffix: '_bucket', le, value: (count += this.#counts[i]!) }));
    return [...buckets, { suffix: '_sum', value: this.#sum }, { suffix: '_count', value: count }];
  }

  reset(): void {
    this.#counts.fill(0);
    this.#sum = 0;
    this.touched = false;
  }
}

/** `count` bounds, each so many times the one before it. */
export function exponentialBuckets(start: number, factor: number, count: number): number[] {
  const bounds: number[] = [];
  for (let bound = start; bounds.length < count; bound *= factor) bounds.push(bound);
  return bounds;
}
