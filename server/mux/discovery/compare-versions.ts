/**
 * The order of versions as Kubernetes reads their names: stable before beta before alpha, then the higher number first,
 * and names of another form last, by the alphabet.
 *
 * Upstream: k8s.io/apimachinery/pkg/version/helpers.go (CompareKubeAwareVersionStrings).
 */
const form = /^v(\d+)(?:(alpha|beta)(\d+))?$/;
const maturity: Record<string, number> = { alpha: 0, beta: 1, '': 2 };

function parseKubeVersion(version: string): [number, number, number] | undefined {
  const match = form.exec(version);
  return match ? [maturity[match[2] ?? ''] ?? 0, Number(match[1]), Number(match[3] ?? 0)] : undefined;
}

/** Above zero where `a` is the higher version. */
export function compareKubeAwareVersionStrings(a: string, b: string): number {
  const left = parseKubeVersion(a);
  const right = parseKubeVersion(b);
  if (!left && !right) return a === b ? 0 : a < b ? 1 : -1;
  if (!left || !right) return left ? 1 : -1;
  return left[0] - right[0] || left[1] - right[1] || left[2] - right[2];
}
