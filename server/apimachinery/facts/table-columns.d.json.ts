import type { TableColumnFacts } from './facts.ts';
/** Columns by `resource.group.version`; the legacy group is left out of the key. */
declare const columns: Record<string, TableColumnFacts[]>;
export = columns;
