/**
 * Addresses and address families of Services, and how these may change.
 *
 * Upstream: ValidateServiceClusterIPsRelatedFields, validateUpgradeDowngradeClusterIPs,
 * validateUpgradeDowngradeIPFamilies of pkg/apis/core/validation/validation.go.
 */
import { strings, text } from '../../access.ts';
import type { Fields } from '../../access.ts';
import { duplicate, invalid, newPath, notSupported, required } from '../../field.ts';
import type { FieldError } from '../../field.ts';
import { eachSliceVal } from '../checks.ts';
import { isIPv6Text, validateLegacyIP } from '../legacy-ips.ts';

const path = newPath('spec');
const at = { ips: path.child('clusterIPs'), families: path.child('ipFamilies'), policy: path.child('ipFamilyPolicy') };
const policies = ['PreferDualStack', 'RequireDualStack', 'SingleStack'];
const families = ['IPv4', 'IPv6'];

const ipsOf = (spec: Fields) => strings(spec, 'clusterIPs');

export const isHeadless = (spec: Fields) => ipsOf(spec).length === 1 && ipsOf(spec)[0] === 'None';

function validateSync(spec: Fields): FieldError[] {
  const [ip, ips] = [text(spec, 'clusterIP'), ipsOf(spec)];
  if (ip === '') return ips.length > 0 ? [invalid(at.ips, ips, 'must be empty when `clusterIP` is not specified')] : [];
  if (ips.length === 0) return [required(at.ips)];
  return ips[0] === ip ? [] : [invalid(at.ips, ips, 'first value must match `clusterIP`')];
}

function validateFamilies(spec: Fields): FieldError[] {
  const list = strings(spec, 'ipFamilies');
  const policy = spec['ipFamilyPolicy'];
  return [
    ...eachSliceVal(list, at.families, (family, at, i) => [
      ...(families.includes(family) ? [] : [notSupported(at, family, families)]),
      ...(list.indexOf(family) < i ? [duplicate(at, family)] : []),
    ]),
    ...(policy === undefined || policies.includes(String(policy)) ? [] : [notSupported(at.policy, policy, policies)]),
  ];
}

/** Each address is of the family at its place. */
function validateMatches(spec: Fields): FieldError[] {
  if (isHeadless(spec)) return [];
  const list = strings(spec, 'ipFamilies');
  return ipsOf(spec).flatMap((ip, i) => {
    const family = list[i];
    if (family === undefined || !families.includes(family) || isIPv6Text(ip) === (family === 'IPv6')) return [];
    return [invalid(at.ips.index(i), ip, `expected an ${family} value as indicated by \`ipFamilies[${i}]\``)];
  });
}

export function validateClusterIPsRelatedFields(spec: Fields, old: Fields | undefined): FieldError[] {
  if (spec['type'] === 'ExternalName') return [];
  const ips = ipsOf(spec);
  const none = ips[0] === 'None' && ips.length > 1 ? [invalid(at.ips, ips, "'None' must be the first and only value")] : [];
  const malformed = eachSliceVal(ips, at.ips, (ip, at, i) => (i === 0 && ip === 'None' ? [] : validateLegacyIP(ip, at, old ? ipsOf(old) : [])));
  const many = ips.length > 2 ? [invalid(at.ips, ips, 'may only hold up to 2 values')] : [];
  const errors = [...validateSync(spec), ...validateFamilies(spec), ...none, ...malformed, ...many];
  if (none.length + malformed.length > 0) return errors;
  const dual = ips.some(isIPv6Text) && !ips.every(isIPv6Text);
  if (ips.length > 1 && !dual) errors.push(invalid(at.ips, ips, 'may specify no more than one IP for each IP family'));
  return [...errors, ...validateMatches(spec)];
}

const isExternal = (spec: Fields) => spec['type'] === 'ExternalName';
const once = 'may not change once set';

/** What is given up has to be given up in words. */
function validateReleased(spec: Fields, what: string): FieldError[] {
  return text(spec, 'ipFamilyPolicy') === 'SingleStack' ? [] : [invalid(at.policy, spec['ipFamilyPolicy'], `must be set to 'SingleStack' when releasing the secondary ${what}`)];
}

function validateClusterIPs(spec: Fields, old: Fields): FieldError[] {
  if (isHeadless(spec) && isHeadless(old)) return [];
  const [now, before] = [ipsOf(spec), ipsOf(old)];
  const shown = now.length > 0 ? now : null;
  if (now.length === before.length) return eachSliceVal(before, at.ips, (ip, at, i) => (ip === now[i] ? [] : [invalid(at, shown, once)]));
  const moved = now.length > 0 && before.length > 0 && now[0] !== before[0] ? [invalid(at.ips.index(0), shown, once)] : [];
  if (now.length > before.length) return moved;
  return [
    ...(now.length === 0 ? [invalid(at.ips.index(0), shown, 'primary clusterIP can not be unset')] : []),
    ...moved,
    ...(now.length === 1 ? validateReleased(spec, 'clusterIP') : []),
  ];
}

function validateIPFamilies(spec: Fields, old: Fields): FieldError[] {
  if (isHeadless(spec) || isHeadless(old)) return [];
  const [now, before] = [strings(spec, 'ipFamilies'), strings(old, 'ipFamilies')];
  const first = at.families.index(0);
  const ips = ipsOf(spec).length > 0 ? ipsOf(spec) : null;
  if (now.length === before.length) return before.flatMap((family, i) => (family === now[i] ? [] : [invalid(first, now, once)]));
  const moved = now.length > 0 && before.length > 0 && now[0] !== before[0] ? [invalid(first, ips, once)] : [];
  if (now.length > before.length) return moved;
  return [
    ...(ips === null ? [invalid(first, now.length > 0 ? now : null, 'primary ipFamily can not be unset')] : []),
    ...moved,
    ...(now.length === 1 ? validateReleased(spec, 'ipFamily') : []),
  ];
}

/** Addresses and families stay, but for a second one that comes or goes; ExternalName begins anew. */
export function validateUpgradeDowngrade(spec: Fields, old: Fields): FieldError[] {
  return isExternal(spec) || isExternal(old) ? [] : [...validateClusterIPs(spec, old), ...validateIPFamilies(spec, old)];
}
