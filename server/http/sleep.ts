/** Waits that end early when nobody waits any more. */
export function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  if (signal?.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    function wake(): void {
      clearTimeout(timer);
      signal?.removeEventListener('abort', wake);
      resolve();
    }
    const timer = setTimeout(wake, ms);
    signal?.addEventListener('abort', wake);
  });
}
