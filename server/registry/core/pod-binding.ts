/**
 * Binding puts a Pod on a node: the scheduler's one write.
 *
 * Upstream: pkg/registry/core/pod/storage/storage.go (BindingREST, LegacyBindingREST).
 */
import type { Fields } from '../../apimachinery/access.ts';
import { struct, structs, text, texts } from '../../apimachinery/access.ts';
import { deepCopy } from '../../apimachinery/deep.ts';
import { aggregate, newPath, notSupported, required } from '../../apimachinery/field.ts';
import type { KubeObject } from '../../apimachinery/types.ts';
import { requestInfoFrom } from '../../http/context.ts';
import { newBadRequest, newConflict } from '../../http/status.ts';
import type { RESTStorage, TableConvertor } from '../rest.ts';
import type { Store } from '../store.ts';
import { withPodCondition } from './pod-conditions.ts';
import { success } from './success.ts';

/** Of `pods/binding` the path names the Pod, of `bindings` the body alone. */
export function newBindingREST(pods: Store, table: TableConvertor): RESTStorage {
  return {
    namespaced: true,
    table,
    // the uid says which Pod of this name is meant
    preservesSystemFields: true,
    async create(ctx, binding, validate, { dryRun }) {
      const { name = '', uid, resourceVersion } = binding.metadata;
      const inPath = requestInfoFrom(ctx).name;
      if (inPath !== '' && inPath !== name) throw newBadRequest('name in URL does not match name in Binding object');
      validateBinding(binding);
      await validate(ctx, binding);
      const preconditions = { ...(uid && { uid }), ...(resourceVersion && { resourceVersion }) };
      await pods.writes(dryRun).guaranteedUpdate(ctx, pods.key(ctx, name), {
        ignoreNotFound: false,
        preconditions,
        tryUpdate(pod) {
          if (!pod) throw new Error('an update of what must be there came without it');
          const refusal = whyNotBindable(pod);
          if (refusal) throw newConflict({ group: '', resource: 'pods/binding' }, name, refusal);
          return assign(deepCopy(pod), binding, pods.clock.now());
        },
      });
      return success();
    },
  };
}

function validateBinding(binding: KubeObject): void {
  const [kind, name] = texts(struct(binding, 'target'), 'kind', 'name');
  const target = newPath('target');
  const errors = [
    ...(kind !== '' && kind !== 'Node' ? [notSupported(target.child('kind'), kind, ['Node', '<empty>'])] : []),
    ...(name === '' ? [required(target.child('name'))] : []),
  ];
  // upstream answers these as an error of its own, not as an invalid object
  if (errors.length > 0) throw new Error(aggregate(errors));
}

function whyNotBindable(pod: KubeObject): string {
  const { name = '', deletionTimestamp } = pod.metadata;
  const spec = struct(pod, 'spec');
  const node = text(spec, 'nodeName');
  if (deletionTimestamp) return `pod ${name} is being deleted, cannot be assigned to a host`;
  if (node !== '') return `pod ${name} is already assigned to node ${JSON.stringify(node)}`;
  if (structs(spec, 'schedulingGates').length > 0) return `pod ${name} has non-empty .spec.schedulingGates`;
  return '';
}

function assign(pod: KubeObject, binding: KubeObject, now: number): KubeObject {
  const { annotations, labels } = binding.metadata;
  const { nominatedNodeName: _hint, ...status }: Fields = struct(pod, 'status');
  pod.spec = { ...struct(pod, 'spec'), nodeName: text(struct(binding, 'target'), 'name') };
  pod.status = withPodCondition(status, { type: 'PodScheduled', status: 'True' }, now);
  if (annotations) pod.metadata.annotations = { ...pod.metadata.annotations, ...annotations };
  if (labels) pod.metadata.labels = { ...pod.metadata.labels, ...labels };
  return pod;
}
