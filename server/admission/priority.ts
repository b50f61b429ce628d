/**
 * Priority: a Pod names a class, and has its number; there is at most one class for those that name none.
 *
 * Upstream: plugin/pkg/admission/priority/admission.go. Leaves out Pod groups, which no default server serves.
 */
import { int, struct, text } from '../apimachinery/access.ts';
import type { KubeObject } from '../apimachinery/types.ts';
import type { RequestContext } from '../http/context.ts';
import { newForbidden } from './errors.ts';
import type { Admission, Attributes } from './interfaces.ts';
import { isAbout, ownSpec } from './on.ts';
import type { Reader } from './reader.ts';

const valueOf = (priorityClass: KubeObject) => int(priorityClass, 'value') ?? 0;

export function newPriority(classes: Reader): Admission {
  return {
    name: 'Priority',
    handles: (operation) => operation === 'CREATE' || operation === 'UPDATE',
    async admit(ctx, attributes) {
      if (!isAbout(attributes, 'pods')) return;
      if (attributes.operation === 'CREATE') await resolve(ctx, attributes, attributes.object);
      else keep(attributes.object, attributes.oldObject);
    },
    async validate(ctx, attributes) {
      if (!isAbout(attributes, 'priorityclasses.scheduling.k8s.io') || attributes.object['globalDefault'] !== true) return;
      const current = await globalDefault(ctx);
      const name = current?.metadata.name;
      if (!current || (attributes.operation === 'UPDATE' && name === attributes.object.metadata.name)) return;
      throw newForbidden(attributes, `PriorityClass ${name} is already marked as default. Only one default can exist`);
    },
  };

  async function resolve(ctx: RequestContext, attributes: Attributes, pod: KubeObject): Promise<void> {
    const spec = ownSpec(pod);
    const name = text(spec, 'priorityClassName');
    const found = name === '' ? await globalDefault(ctx) : await classes.get(ctx, '', name);
    if (name !== '' && !found) throw newForbidden(attributes, `no PriorityClass with name ${name} was found`);
    if (found) spec['priorityClassName'] = found.metadata.name;
    const priority = found ? valueOf(found) : 0;
    const asked = int(spec, 'priority');
    if (asked !== undefined && asked !== priority) {
      throw newForbidden(attributes, `the integer value of priority (${asked}) must not be provided in pod spec; priority admission controller computed ${priority} from the given PriorityClass name`);
    }
    spec['priority'] = priority;
    const policy = found ? text(found, 'preemptionPolicy') : 'PreemptLowerPriority';
    const askedPolicy = spec['preemptionPolicy'];
    if (policy === '') return;
    if (askedPolicy !== undefined && askedPolicy !== policy) {
      throw newForbidden(attributes, `the string value of PreemptionPolicy (${String(askedPolicy)}) must not be provided in pod spec; priority admission controller computed ${policy} from the given PriorityClass name`);
    }
    spec['preemptionPolicy'] = policy;
  }

  /** Of several, which only a race can make, the lowest. */
  async function globalDefault(ctx: RequestContext): Promise<KubeObject | undefined> {
    const marked = (await classes.list(ctx)).filter((c) => c['globalDefault'] === true);
    return marked.sort((a, b) => valueOf(a) - valueOf(b))[0];
  }
}

/** An update that leaves them out does not mean to change them. */
function keep(pod: KubeObject, old: KubeObject | undefined): void {
  const spec = ownSpec(pod);
  const before = old ? struct(old, 'spec') : {};
  for (const field of ['priority', 'preemptionPolicy']) if (before[field] !== undefined) spec[field] ??= before[field];
}
