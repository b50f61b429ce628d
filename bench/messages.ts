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
  /** What is in use, once all else has been collected (asks for `--expose-gc`). */
  | { ask: 'memory' }
  /** How often an object of this text has been made into JSON since this was last asked. */
  | { ask: 'serializations'; of: string }
  /** Stores copies of an object, as another server on the same etcd would, with the numbers `from` up to `to` (the API server only). */
  | { ask: 'fill'; resource: string; object: string; from: number; to: number }
  /** Writes an event of these bytes to all watchers (bare Express only). */
  | { ask: 'event' }
  /** From now on, what another server answers to this is the list (bare Express only). */
  | { ask: 'list'; url: string; token: string };

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
  http2Port: number;
  token: string;
}

/** Bytes. */
export interface Memory {
  heap: number;
  external: number;
  rss: number;
}

/** Microseconds. */
export interface Cpu {
  micros: number;
}

export interface Count {
  count: number;
}

export type Answer = Served | Cpu | Memory | Count;
