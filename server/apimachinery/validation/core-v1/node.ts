/**
 * Nodes.
 *
 * Upstream: ValidateNode and ValidateNodeUpdate of pkg/apis/core/validation/validation.go. Leaves out annotations that
 * once held taints, and the dynamic configuration of kubelets.
 */
import { int, strings, struct, structs, text } from '../../access.ts';
import type { Fields } from '../../access.ts';
import { duplicate, forbidden, internal, invalid, newPath, notSupported, required } from '../../field.ts';
import type { FieldError, Path } from '../../field.ts';
import { isQualifiedName, isValidLabelValue } from '../../names.ts';
import { quote } from '../../quote.ts';
import type { KubeObject } from '../../types.ts';
import { check, eachSliceVal, validatePositiveField } from '../checks.ts';
import { parseCIDR } from '../ips.ts';
import { validateLegacyCIDR } from '../legacy-ips.ts';
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
  // upstream looks for them in the metadata
  return eachSliceVal(taints, newPath('metadata', 'taints'), (taint, at) => {
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

const podCIDRs = (spec: Fields) => strings(spec, 'podCIDRs');

function validatePodCIDRs(cidrs: string[]): FieldError[] {
  const at = newPath('spec', 'podCIDRs');
  const errors = eachSliceVal(cidrs, at, (cidr, own) => validateLegacyCIDR(cidr, own));
  const unread = cidrs.findIndex((cidr) => !parseCIDR(cidr));
  if (cidrs.length > 1 && unread >= 0) errors.push(internal(at, new Error(`invalid PodCIDRs. failed to check with dual stack with error:invalid CIDR[${unread}]: <nil> (invalid CIDR address: ${cidrs[unread]})`)));
  const families = new Set(cidrs.map((cidr) => parseCIDR(cidr)?.version));
  return cidrs.length > 1 && (families.size < 2 || cidrs.length > 2) ? [...errors, invalid(at, cidrs, 'may specify no more than one CIDR for each IP family')] : errors;
}

const featureFormat = /^[A-Z][a-zA-Z0-9]*(?:\/[a-zA-Z][a-zA-Z0-9]*)*$/;
const featureRule = "must start with an UpperCamelCase segment, with subsequent segments separated by '/' (e.g., MyFeature or MyFeature/mySubFeature), and contain only alphanumeric characters and slashes";

function validateFeatures(obj: KubeObject): FieldError[] {
  const features = strings(struct(obj, 'status'), 'declaredFeatures');
  const at = newPath('status', 'declaredFeatures');
  return features.flatMap((feature, i) => {
    const next = features[i + 1];
    const errors = feature.length > 253 ? [invalid(at.index(i), feature, `invalid feature name ${quote(feature)}: must be no more than 253 characters`)] : featureFormat.test(feature) ? [] : [invalid(at.index(i), feature, `invalid feature name ${quote(feature)}: ${featureRule}`)];
    if (next === feature) errors.push(duplicate(at.index(i + 1), next));
    else if (next !== undefined && feature > next) errors.push(invalid(at.index(i + 1), next, 'list must be sorted alphabetically'));
    return errors;
  });
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
    ...validateFeatures(obj),
    ...validateAddresses(obj),
    ...Array.from({ length: changed }, () => forbidden(newPath('spec', 'podCIDRs'), 'node updates may not change podCIDR except from "" to valid')),
    ...(oldID !== '' && oldID !== id ? [forbidden(newPath('spec', 'providerID'), 'node updates may not change providerID except from "" to valid')] : []),
    ...validateTaints(structs(now, 'taints')),
    ...(text(now, 'externalID') === text(before, 'externalID') ? [] : [forbidden(newPath('spec', 'externalID'), 'may not be updated')]),
  ];
}

function validate(obj: KubeObject): FieldError[] {
  const spec = struct(obj, 'spec');
  const swap = struct(struct(struct(obj, 'status'), 'nodeInfo'), 'swap');
  return [
    ...validateTaints(structs(spec, 'taints')),
    ...validateResources(obj),
    ...validatePositiveField(int(swap, 'capacity'), newPath('metadata', 'nodeSwapStatus', 'capacity')),
    ...validateFeatures(obj),
    ...validatePodCIDRs(podCIDRs(spec)),
  ];
}

export const node = newKind({
  namespaced: false,
  nameFn: nameIsDNSSubdomain,
  validate,
  order: ['create', 'meta', 'own'],
  validateUpdate,
  subresources: { status: validateUpdate },
});
