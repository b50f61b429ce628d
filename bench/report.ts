import type { Row } from './load.ts';

/** What one part of the benchmark has found out. */
export interface Report {
  rows?: Row[];
  /** To be read below the table of all rows. */
  texts?: string[];
}
