/** What a fuzz test asks of the server's process. */
export type Question =
  /** Serve the last stage. */
  | { ask: 'serve'; certDir: string }
  /** Puts everything stored back to what it was at the first time, has the caches read it anew, collects garbage. */
  | { ask: 'settle' };

export interface Served {
  port: number;
  ca: string;
  token: string;
}

export interface Settled {
  /** Bytes that are in use, on the heap and beside it. */
  used: number;
  /** Keys in etcd. */
  stored: number;
  /** What has been added to the prototypes that all objects share. */
  polluted: string[];
}
