/**
 * RuntimeClass: a Pod pays what its runtime costs, and goes where there is one.
 *
 * Upstream: plugin/pkg/admission/runtimeclass/admission.go, pkg/util/tolerations.
 */
import type { Fields } from '../apimachinery/access.ts';
import { struct, stringMap, structs, text } from '../apimachinery/access.ts';
import { deepEqual } from '../apimachinery/deep.ts';
import { quote } from '../apimachinery/quote.ts';
import { compareQuantity, parseQuantity } from '../apimachinery/quantity.ts';
import type { KubeObject } from '../apimachinery/types.ts';
import type { RequestContext } from '../http/context.ts';
import { newForbidden } from './errors.ts';
import type { Admission, Attributes } from './interfaces.ts';
import { isAbout, ownSpec } from './on.ts';
import type { Reader } from './reader.ts';

const DIFFERS = "pod rejected: Pod's Overhead doesn't match RuntimeClass's defined Overhead";

export function newRuntimeClass(classes: Reader): Admission {
  return {
    name: 'RuntimeClass',
    handles: (operation) => operation === 'CREATE',
    async admit(ctx, attributes) {
      if (!isAbout(attributes, 'pods')) return;
      const found = await runtimeClassOf(ctx, attributes);
      if (!found) return;
      const spec = ownSpec(attributes.object);
      setOverhead(attributes, spec, found);
      setScheduling(attributes, spec, struct(found, 'scheduling'));
    },
    async validate(ctx, attributes) {
      if (!isAbout(attributes, 'pods')) return;
      const found = await runtimeClassOf(ctx, attributes);
      const spec = struct(attributes.object, 'spec');
      if (found?.['overhead']) {
        if (!sameResources(struct(spec, 'overhead'), fixed(found))) throw newForbidden(attributes, DIFFERS);
      } else if (spec['overhead'] !== undefined) {
        throw newForbidden(attributes, 'pod rejected: Pod Overhead set without corresponding RuntimeClass defined Overhead');
      }
    },
  };

  async function runtimeClassOf(ctx: RequestContext, attributes: Attributes): Promise<KubeObject | undefined> {
    const spec = struct(attributes.object ?? {}, 'spec');
    const name = text(spec, 'runtimeClassName');
    if (spec['runtimeClassName'] === '') throw new Error('resource name may not be empty');
    if (name === '') return undefined;
    const found = await classes.get(ctx, '', name);
    if (!found) throw newForbidden(attributes, `pod rejected: RuntimeClass ${quote(name)} not found`);
    return found;
  }
}

const fixed = (runtimeClass: KubeObject) => struct(struct(runtimeClass, 'overhead'), 'podFixed');

function setOverhead(attributes: Attributes, spec: Fields, runtimeClass: KubeObject): void {
  if (!runtimeClass['overhead']) return;
  const overhead = struct(spec, 'overhead');
  if (Object.keys(overhead).length > 0 && !sameResources(overhead, fixed(runtimeClass))) throw newForbidden(attributes, DIFFERS);
  spec['overhead'] = { ...fixed(runtimeClass) };
}

function setScheduling(attributes: Attributes, spec: Fields, scheduling: Fields): void {
  const own = stringMap(spec, 'nodeSelector');
  const wanted = stringMap(scheduling, 'nodeSelector');
  for (const [key, value] of Object.entries(wanted)) {
    if (own[key] === undefined || own[key] === value) continue;
    throw newForbidden(attributes, `conflict: runtimeClass.scheduling.nodeSelector[${key}] = ${value}; pod.spec.nodeSelector[${key}] = ${own[key]}`);
  }
  if (Object.keys(wanted).length > 0) spec['nodeSelector'] = { ...own, ...wanted };
  const tolerations = structs(spec, 'tolerations');
  const added = structs(scheduling, 'tolerations').filter((t) => !tolerations.some((known) => deepEqual(known, t)));
  if (added.length > 0) spec['tolerations'] = [...tolerations, ...added];
}

/** Quantities may be written in many ways. */
function sameResources(a: Fields, b: Fields): boolean {
  const names = Object.keys(a);
  return names.length === Object.keys(b).length && names.every((name) => b[name] !== undefined && compareQuantity(parseQuantity(String(a[name])), parseQuantity(String(b[name]))) === 0);
}
