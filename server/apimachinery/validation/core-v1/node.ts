/**
 * Nodes.
 *
 * Upstream: ValidateNode and ValidateNodeUpdate of pkg/apis/core/validation/validation.go. Leaves out annotations that
 * once held taints, and the dynamic configuration of kubelets.
 */
import { strings, struct, structs, text } from '../../access.ts';
import type { Fields } from '../../access.ts';
import { duplicate, forbidden, invalid, newPath, notSupported, required } from '../../field.ts';
import type { FieldError, Path } from '../../field.ts';
import { isQualifiedName, isValidLabelValue } from '../../names.ts';
import type { KubeObject } from '../../types.ts';
import { check } from '../checks.ts';
import { parseCIDR, validateCIDR } from '../ips.ts';
import { newKind } from '../new-kind.ts';
import { nameIsDNSSubdomain } from '../object-names.ts';
import { amounts, validateQuantityValue } from './amounts.ts';

const effects = ['NoSchedule', 'PreferNoSchedule', 'NoExecute'];

function validateEffect(effect: string, at: Path): FieldError[] {
  if (effect === '') return [required(at)];
  return effects.includes(effect) ? [] : [notSupported(at, effect, effects)];
}

const printedTaint = (taint: Fields) => ({ Key: text(taint, 'key'), Value: text(taint, 'value'), Effect: text(taint, 'effect'), TimeAdded: taint['timeAdded'] ?? null });

function validateTaints(taints: Fields[]): FieldError[] {
  const seen = new Set<string>();
  return taints.flatMap((taint, i) => {
    // upstream looks for them in the metadata
    const at = newPath('metadata', 'taints').index(i);
    const [key, value, effect] = [text(taint, 'key'), text(taint, 'value'), text(taint, 'effect')];
    const reasons = isValidLabelValue(value);
    const pair = `${effect}/${key}`;
    const { body, ...twice } = duplicate(at, printedTaint(taint));
    const repeated = seen.has(pair) ? [{ ...twice, body: `${body}: taints must be unique by key and effect pair` }] : [];
    seen.add(pair);
    return [
      ...check(isQualifiedName(key), key, at.child('key')),
      ...(reasons.length > 0 ? [invalid(at.child('value'), value, reasons.join(';'))] : []),
      ...validateEffect(effect, at.child('effect')),
      ...repeated,
    ];
  });
}

function validateResources(obj: KubeObject): FieldError[] {
  const status = struct(obj, 'status');
  return ['capacity', 'allocatable'].flatMap((list) => amounts(status, list).flatMap(([name, amount]) => validateQuantityValue(name, amount, newPath('status', list, name))));
}

/** The single range stands for the list where they differ. */
function podCIDRs(spec: Fields): string[] {
  const [one, all] = [text(spec, 'podCIDR'), strings(spec, 'podCIDRs')];
  return one === '' || all[0] === one ? all : [one];
}

function validatePodCIDRs(cidrs: string[]): FieldError[] {
  const at = newPath('spec', 'podCIDRs');
  const errors = cidrs.flatMap((cidr, i) => validateCIDR(cidr, at.index(i)));
  const families = new Set(cidrs.map((cidr) => parseCIDR(cidr)?.version));
  return cidrs.length > 1 && (families.size < 2 || cidrs.length > 2) ? [...errors, invalid(at, cidrs, 'may specify no more than one CIDR for each IP family')] : errors;
}

function validateAddresses(obj: KubeObject): FieldError[] {
  const seen = new Set<string>();
  return structs(struct(obj, 'status'), 'addresses').flatMap((address, i) => {
    const printed = { Type: text(address, 'type'), Address: text(address, 'address') };
    const key = JSON.stringify(printed);
    const repeated = seen.has(key) ? [duplicate(newPath('status', 'addresses').index(i), printed)] : [];
    seen.add(key);
    return repeated;
  });
}

function validateUpdate(obj: KubeObject, old: KubeObject): FieldError[] {
  const [now, before] = [struct(obj, 'spec'), struct(old, 'spec')];
  const [cidrs, oldCIDRs] = [podCIDRs(now), podCIDRs(before)];
  const changed = oldCIDRs.length === 0 ? 0 : cidrs.length === oldCIDRs.length ? cidrs.filter((cidr, i) => cidr !== oldCIDRs[i]).length : 1;
  const [id, oldID] = [text(now, 'providerID'), text(before, 'providerID')];
  return [
    ...validateResources(obj),
    ...validateAddresses(obj),
    ...Array.from({ length: changed }, () => forbidden(newPath('spec', 'podCIDRs'), 'node updates may not change podCIDR except from "" to valid')),
    ...(oldID !== '' && oldID !== id ? [forbidden(newPath('spec', 'providerID'), 'node updates may not change providerID except from "" to valid')] : []),
    ...validateTaints(structs(now, 'taints')),
    ...(text(now, 'externalID') === text(before, 'externalID') ? [] : [forbidden(newPath('spec', 'externalID'), 'may not be updated')]),
  ];
}

const validate = (obj: KubeObject) => [...validateTaints(structs(struct(obj, 'spec'), 'taints')), ...validateResources(obj), ...validatePodCIDRs(podCIDRs(struct(obj, 'spec')))];

export const node = newKind({
  namespaced: false,
  nameFn: nameIsDNSSubdomain,
  validate,
  validateUpdate: (obj, old) => [...validate(obj), ...validateUpdate(obj, old)],
  subresources: { status: validateUpdate },
});
