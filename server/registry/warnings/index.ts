/**
 * Which kinds warn about what, by `resource.group`. Warnings are sent with the answer, and the object is written all the same.
 *
 * Upstream: WarningsOnCreate and WarningsOnUpdate of the strategies in pkg/registry.
 */
import { coreWarnings } from './core.ts';
import { groupWarnings } from './groups.ts';
import type { Warnings } from './interfaces.ts';
import { workloadWarnings } from './workloads.ts';

export { none } from './interfaces.ts';
export type { Warnings } from './interfaces.ts';

export const warningsFor: Readonly<Record<string, Warnings>> = { ...coreWarnings, ...workloadWarnings, ...groupWarnings };
