import type { KubeObject } from '../types.ts';
/** The objects that a fresh server makes, by resource. */
declare const bootstrap: Record<string, KubeObject[]>;
export = bootstrap;
