/**
 * Divides what there is among classes, each as far as its bounds allow in proportion to its target.
 *
 * Upstream: computeConcurrencyAllocation of k8s.io/apiserver/pkg/util/flowcontrol/conc_alloc.go.
 */
export interface AllocProblemItem {
  target: number;
  lowerBound: number;
  upperBound: number;
}

const MIN_TARGET = 0.001;
const EPSILON = 1e-7;

/** Undefined where the bounds leave no way to come to this sum. Targets are not below their lower bounds. */
export function computeConcurrencyAllocation(requiredSum: number, classes: readonly AllocProblemItem[]): number[] | undefined {
  const items = classes.map(({ target, lowerBound, upperBound }) => ({ target: Math.max(target, MIN_TARGET), lowerBound, upperBound }));
  const allocs = (proportion: number) => items.map(({ target, lowerBound, upperBound }) => Math.max(lowerBound, Math.min(upperBound, proportion * target)));
  const sumOf = (proportion: number) => allocs(proportion).reduce((sum, alloc) => sum + alloc, 0);
  if (sumOf(0) - requiredSum > EPSILON || requiredSum - sumOf(Infinity) > EPSILON) return undefined;
  // between two neighbours of these the sum grows evenly
  const bends = [0, ...items.flatMap(({ target, lowerBound, upperBound }) => [lowerBound / target, upperBound / target])].sort((a, b) => a - b);
  const at = bends.findIndex((bend) => sumOf(bend) >= requiredSum);
  if (at <= 0) return allocs(at < 0 ? Infinity : 0);
  const [from, to] = [bends[at - 1]!, bends[at]!];
  const [low, high] = [sumOf(from), sumOf(to)];
  return allocs(from + ((to - from) * (requiredSum - low)) / (high - low));
}
