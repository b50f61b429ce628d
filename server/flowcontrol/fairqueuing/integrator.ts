/**
 * Integrates a value over time: its average, how far it strays from that, and its highest.
 *
 * Upstream: k8s.io/apiserver/pkg/util/flowcontrol/fairqueuing/integrator.go. Leaves out the lowest, which nobody asks for.
 */
import type { Clock } from '../../http/context.ts';

interface IntegratorResults {
  /** Seconds. */
  duration: number;
  average: number;
  /** The standard deviation. */
  deviation: number;
  max: number;
}

export class Integrator {
  readonly #clock: Clock;
  #lastTime: number;
  #x = 0;
  #max = 0;
  #duration = 0;
  #integralX = 0;
  #integralXX = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#lastTime = clock.now();
  }

  set(x: number): void {
    this.#update();
    this.#x = x;
    this.#max = Math.max(this.#max, x);
  }

  /** What came together until now; from now on it begins anew. */
  reset(): IntegratorResults {
    this.#update();
    const duration = this.#duration;
    const average = duration > 0 ? this.#integralX / duration : 0;
    // rounding may leave less than nothing
    const variance = duration > 0 ? Math.max(0, this.#integralXX / duration - average * average) : 0;
    const max = this.#max;
    this.#duration = this.#integralX = this.#integralXX = 0;
    this.#max = this.#x;
    return { duration, average, deviation: Math.sqrt(variance), max };
  }

  #update(): void {
    const now = this.#clock.now();
    const dt = (now - this.#lastTime) / 1000;
    this.#lastTime = now;
    this.#duration += dt;
    this.#integralX += this.#x * dt;
    this.#integralXX += this.#x * this.#x * dt;
  }
}
