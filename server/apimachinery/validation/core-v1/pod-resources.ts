/**
 * Resources of a pod as a whole, and the claims that its containers share.
 *
 * Upstream: validatePodResources, validatePodResourceConsistency, validatePodResourceClaims of
 * pkg/apis/core/validation/validation.go.
 */
import { isFields, struct, structs, text } from '../../access.ts';
import type { Fields } from '../../access.ts';
import { aggregate } from '../../defaulting/pod-level-resources.ts';
import { Path, duplicate, forbidden, invalid, notSupported, required } from '../../field.ts';
import type { FieldError } from '../../field.ts';
import { isDNS1123Subdomain } from '../../names.ts';
import { compareQuantity, formatQuantity } from '../../quantity.ts';
import { Names, check, eachSliceVal, validateDNS1123Label } from '../checks.ts';
import { printInternal } from '../internal/print.ts';
import { amountOf, amounts } from './amounts.ts';
import { isHugePages, validateResourceName } from './resource-names.ts';
import { validateResourceRequirements } from './resources.ts';

function validatePodResourceName(name: string, at: Path): FieldError[] {
  const errors = validateResourceName(name, at);
  const known = errors.length > 0 || name === 'cpu' || name === 'memory' || isHugePages(name);
  return known ? errors : [notSupported(at, name, ['cpu', 'hugepages-', 'memory'])];
}

/** What containers want together, the pod has to have. */
function validateConsistency(spec: Fields, resources: Fields, path: Path): FieldError[] {
  const exceeded = (kind: 'requests' | 'limits', counts: (name: string) => boolean) =>
    [...aggregate(spec, kind)].flatMap(([name, sum]) => {
      const own = amountOf(resources, kind, name);
      if (!own || !counts(name) || compareQuantity(sum, own) <= 0) return [];
      return [invalid(path.child(kind).key(name), formatQuantity(own), `must be greater than or equal to aggregate container ${kind} of ${formatQuantity(sum)}`)];
    });
  const single = eachSliceVal(structs(spec, 'containers'), path.child('containers'), (container, at) =>
    amounts(struct(container, 'resources'), 'limits').flatMap(([name, limit]) => {
      const own = amountOf(resources, 'limits', name);
      if (!own || compareQuantity(limit, own) <= 0) return [];
      return [invalid(at.key(name).child('limits'), formatQuantity(limit), `must be less than or equal to pod limits of ${formatQuantity(own)}`)];
    }));
  return [...exceeded('requests', () => true), ...exceeded('limits', isHugePages), ...single];
}

export function validatePodResources(spec: Fields, specPath: Path): FieldError[] {
  const { resources } = spec;
  const path = specPath.child('resources');
  if (!isFields(resources)) return [];
  if (text(struct(spec, 'os'), 'name') === 'windows') return [forbidden(path, 'may not be set for a windows pod')];
  const podClaims = structs(spec, 'resourceClaims').map((claim) => text(claim, 'name'));
  return [
    ...(Array.isArray(resources['claims']) ? [forbidden(path.child('claims'), 'claims may not be set for Resources at pod-level')] : []),
    ...validateResourceRequirements(resources, podClaims, path, validatePodResourceName),
    ...validateConsistency(spec, resources, path),
  ];
}

const sources = ['resourceClaimName', 'resourceClaimTemplateName'];

export function validatePodResourceClaims(claims: Fields[], annotations: Readonly<Record<string, string>>, path: Path): FieldError[] {
  const names = new Names();
  return eachSliceVal(claims, path, (claim, at) => {
    if (annotations['kubernetes.io/config.mirror'] !== undefined) return [forbidden(new Path('[]'), 'static pods do not support resource claims')];
    const name = text(claim, 'name');
    const given = sources.filter((source) => claim[source] !== undefined);
    const errors = name === '' ? [required(at.child('name'))] : names.repeats(name) ? [duplicate(at.child('name'), name)] : validateDNS1123Label(name, at.child('name'));
    if (given.length === 2) errors.push(invalid(at, printInternal('PodResourceClaim', claim), 'at most one of `resourceClaimName` or `resourceClaimTemplateName` may be specified'));
    if (given.length === 0) errors.push(invalid(at, printInternal('PodResourceClaim', claim), 'must specify one of: `resourceClaimName`, `resourceClaimTemplateName`'));
    return [...errors, ...given.flatMap((source) => check(isDNS1123Subdomain(text(claim, source)), text(claim, source), at.child(source)))];
  });
}
