/**
 * Compares secrets so that the time taken tells nothing about how much of a guess was right.
 *
 * Upstream: Go's crypto/subtle (ConstantTimeCompare), which tells of different lengths at once, too.
 */
export function constantTimeCompare(known: string, given: string): boolean {
  if (known.length !== given.length) return false;
  let difference = 0;
  for (let i = 0; i < given.length; i++) difference |= known.charCodeAt(i) ^ given.charCodeAt(i);
  return difference === 0;
}
