import type { APIGroupFacts } from './facts.ts';
/** The groups in upstream's order. */
declare const groups: APIGroupFacts[];
export = groups;
