/** W3C trace context: the id of a new trace, and the header that says whether it is to be recorded. */
export function newTraceId(): string {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

export function traceparent(traceId: string, sampled = true): string {
  return `00-${traceId}-${traceId.slice(0, 16)}-${sampled ? '01' : '00'}`;
}
