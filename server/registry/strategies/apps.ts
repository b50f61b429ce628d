/**
 * Strategies of the workloads that differ from the default.
 *
 * Upstream: pkg/registry/apps/{deployment,daemonset,replicaset,statefulset}/strategy.go, pkg/apis/apps/v1/conversion.go.
 */
import { isFields, struct } from '../../apimachinery/access.ts';
import { semanticDeepEqual } from '../../apimachinery/deep.ts';
import type { KubeObject } from '../../apimachinery/types.ts';
import type { Override } from './override.ts';
import { withTemplate } from './pods.ts';

/** Where apps/v1 keeps the generation of a DaemonSet's template. */
const templateGeneration = 'deprecated.daemonset.template.generation';

const generationOf = ({ metadata }: KubeObject) => Math.max(Number.parseInt(metadata.annotations?.[templateGeneration] ?? '', 10) || 0, 0);

function setTemplateGeneration(obj: KubeObject, generation: number): void {
  obj.metadata.annotations = { ...obj.metadata.annotations, [templateGeneration]: String(generation) };
}

const inSpec = ['spec', 'template', 'spec'];

/** How many pods may be missing is a feature that is off. */
function dropMaxUnavailable(obj: KubeObject): void {
  const spec = struct(obj, 'spec');
  const strategy = struct(spec, 'updateStrategy');
  const { maxUnavailable, ...rollingUpdate } = struct(strategy, 'rollingUpdate');
  if (maxUnavailable !== undefined && isFields(obj.spec)) obj.spec = { ...spec, updateStrategy: { ...strategy, rollingUpdate } };
}

/** By resource and group, as `deployments.apps`. */
export const appsStrategies: Record<string, Override> = {
  'replicasets.apps': withTemplate(inSpec),
  'statefulsets.apps': withTemplate(inSpec, undefined, dropMaxUnavailable),
  'deployments.apps': withTemplate(inSpec, (main) => ({
    prepareForUpdate(obj, old, ctx) {
      main.prepareForUpdate(obj, old, ctx);
      if (!semanticDeepEqual(obj.metadata.annotations ?? {}, old.metadata.annotations ?? {})) obj.metadata.generation = (old.metadata.generation ?? 0) + 1;
    },
  })),
  'daemonsets.apps': withTemplate(inSpec, (main) => ({
    prepareForCreate(obj, ctx) {
      main.prepareForCreate(obj, ctx);
      setTemplateGeneration(obj, Math.max(generationOf(obj), 1));
    },
    prepareForUpdate(obj, old, ctx) {
      main.prepareForUpdate(obj, old, ctx);
      const changed = !semanticDeepEqual(struct(obj, 'spec').template, struct(old, 'spec').template);
      setTemplateGeneration(obj, generationOf(old) + (changed ? 1 : 0));
    },
  })),
};
