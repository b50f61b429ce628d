/**
 * Several errors as one.
 *
 * Upstream: NewAggregate of k8s.io/apimachinery/pkg/util/errors/errors.go: equal messages appear once, one message
 * stands alone, more stand in brackets.
 */
export function newAggregate(errors: readonly unknown[]): Error {
  const messages = [...new Set(errors.map((err) => (err instanceof Error ? err.message : String(err))))];
  return new Error(messages.length === 1 ? messages[0] : `[${messages.join(', ')}]`);
}
