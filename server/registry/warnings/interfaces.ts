/**
 * When a kind warns.
 *
 * Upstream: WarningsOnCreate and WarningsOnUpdate of k8s.io/apiserver/pkg/registry/rest/{create,update}.go.
 */
import type { KubeObject } from '../../apimachinery/types.ts';

type Warn = (obj: KubeObject) => string[];

export interface Warnings {
  onCreate: Warn;
  onUpdate(obj: KubeObject, old: KubeObject): string[];
  /** Of an update through `status`. */
  onStatusUpdate?: Warn;
}

const nothing = (): string[] => [];
export const none: Warnings = { onCreate: nothing, onUpdate: nothing };

export const always = (warn: Warn): Warnings => ({ onCreate: warn, onUpdate: warn });
export const onCreate = (warn: Warn): Warnings => ({ onCreate: warn, onUpdate: nothing });
