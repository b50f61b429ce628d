/**
 * What a kind does differently, made out of what it does by default.
 *
 * Upstream: pkg/registry/<group>/<kind>/strategy.go, where each kind writes all of it.
 */
import type { KubeObject } from '../../apimachinery/types.ts';
import type { Clock } from '../../http/context.ts';
import type { Strategy } from '../strategy.ts';

export type Override = (main: Strategy, clock: Clock) => Partial<Strategy>;

/** Changes an object when all else is prepared; an update has an `old` one. */
export const afterwards = (change: (obj: KubeObject, old?: KubeObject) => void): Override => (main) => ({
  prepareForCreate(obj, ctx) {
    main.prepareForCreate(obj, ctx);
    change(obj);
  },
  prepareForUpdate(obj, old, ctx) {
    main.prepareForUpdate(obj, old, ctx);
    change(obj, old);
  },
});
