/** What the benchmark asks of the server that it measures, which runs in a process of its own. */
export type Question =
  /** Serve the API server's last stage. */
  | { ask: 'apiserver' }
  /** The same on an etcd that takes its time, with few seats, for two users who may do anything. */
  | { ask: 'slow apiserver' }
  /** Serve bytes that are given, as bare Express does it. */
  | { ask: 'express'; answers: Answers }
  /** Processor time used so far. */
  | { ask: 'cpu' }
  /** Writes an event of these bytes to all watchers (bare Express only). */
  | { ask: 'event' };

/** The bytes that the API server answers with: its limit answers with the same. */
export interface Answers {
  /** By resource. */
  get: Record<string, string>;
  list: string;
  /** By resource. */
  create: Record<string, string>;
  event: string;
}

export interface Served {
  port: number;
  token: string;
}

/** Microseconds. */
export interface Cpu {
  micros: number;
}
