/**
 * Strategies of the workloads that differ from the default.
 *
 * Upstream: pkg/registry/apps/{deployment,daemonset}/strategy.go, pkg/apis/apps/v1/conversion.go.
 */
import { struct } from '../../apimachinery/access.ts';
import { deepEqual } from '../../apimachinery/deep.ts';
import type { KubeObject } from '../../apimachinery/types.ts';
import type { Override } from './core.ts';

/** Where apps/v1 keeps the generation of a DaemonSet's template. */
const templateGeneration = 'deprecated.daemonset.template.generation';

const generationOf = ({ metadata }: KubeObject) => Math.max(Number.parseInt(metadata.annotations?.[templateGeneration] ?? '', 10) || 0, 0);

function setTemplateGeneration(obj: KubeObject, generation: number): void {
  obj.metadata.annotations = { ...obj.metadata.annotations, [templateGeneration]: String(generation) };
}

/** By resource and group, as `deployments.apps`. */
export const appsStrategies: Record<string, Override> = {
  'deployments.apps': (main) => ({
    prepareForUpdate(obj, old, ctx) {
      main.prepareForUpdate(obj, old, ctx);
      if (!deepEqual(obj.metadata.annotations ?? {}, old.metadata.annotations ?? {})) obj.metadata.generation = (old.metadata.generation ?? 0) + 1;
    },
  }),
  'daemonsets.apps': (main) => ({
    prepareForCreate(obj, ctx) {
      main.prepareForCreate(obj, ctx);
      setTemplateGeneration(obj, Math.max(generationOf(obj), 1));
    },
    prepareForUpdate(obj, old, ctx) {
      main.prepareForUpdate(obj, old, ctx);
      const changed = !deepEqual(struct(obj, 'spec').template, struct(old, 'spec').template);
      setTemplateGeneration(obj, generationOf(old) + (changed ? 1 : 0));
    },
  }),
};
