/** What the benchmark uses of autocannon, which brings no types. */
declare module 'autocannon' {
  interface Options {
    url: string;
    method: string;
    connections: number;
    /** Seconds; or so many requests. */
    duration?: number;
    amount?: number;
    headers?: Record<string, string>;
    body?: string;
  }
  interface Result {
    '2xx': number;
    non2xx: number;
    errors: number;
    /** Seconds. */
    duration: number;
    requests: { total: number };
  }
  export default function autocannon(options: Options): Promise<Result> & { stop(): void };
}
