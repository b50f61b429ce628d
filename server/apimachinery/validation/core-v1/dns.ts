/**
 * Under which name a pod goes, and how it looks up others.
 *
 * Upstream: validatePodDNSConfig, ValidateHostAliases, validatePodHostName of pkg/apis/core/validation/validation.go.
 */
import { isFields, strings, structs, text } from '../../access.ts';
import type { Fields } from '../../access.ts';
import { forbidden, invalid, required, tooLong } from '../../field.ts';
import type { FieldError, Path } from '../../field.ts';
import { byteLength, regexError } from '../../names.ts';
import { check, eachSliceVal, validateDNS1123Subdomain } from '../checks.ts';
import { validateLegacyIP } from '../legacy-ips.ts';

const label = '_?[a-z0-9]([-_a-z0-9]*[a-z0-9])?';

function searchReasons(search: string): string[] {
  const format = `${label}(\\.${label})*`;
  const what = "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '_', '-' or '.', and must start and end with an alphanumeric character";
  return [...(search.length > 253 ? ['must be no more than 253 characters'] : []), ...(new RegExp(`^${format}$`).test(search) ? [] : [regexError(what, format, 'example.com')])];
}

function validateSearches(searches: string[], at: Path): FieldError[] {
  const errors = searches.length > 32 ? [invalid(at, searches, 'must not have more than 32 search paths')] : [];
  if (searches.join(' ').length > 2048) errors.push(invalid(at, searches, 'must not have more than 2048 characters (including spaces) in the search list'));
  searches.forEach((search, i) => {
    const name = search.replace(/\.$/, '');
    if (search !== '.') errors.push(...check(searchReasons(name), name, at.index(i)));
  });
  return errors;
}

export function validateDNS(spec: Fields, path: Path): FieldError[] {
  const { dnsConfig } = spec;
  const none = spec['dnsPolicy'] === 'None';
  if (!isFields(dnsConfig)) return none ? [required(path, 'must provide `dnsConfig` when `dnsPolicy` is None')] : [];
  const servers = strings(dnsConfig, 'nameservers');
  if (none && servers.length === 0) return [required(path.child('nameservers'), 'must provide at least one DNS nameserver when `dnsPolicy` is None')];
  return [
    ...(servers.length > 3 ? [invalid(path.child('nameservers'), servers, 'must not have more than 3 nameservers')] : []),
    ...eachSliceVal(servers, path.child('nameservers'), (ip, at) => validateLegacyIP(ip, at)),
    ...validateSearches(strings(dnsConfig, 'searches'), path.child('searches')),
    ...eachSliceVal(structs(dnsConfig, 'options'), path.child('options'), (o, at) => (text(o, 'name') === '' ? [required(at, 'must not be empty')] : [])),
  ];
}

export function validateHostAliases(aliases: Fields[], path: Path): FieldError[] {
  return eachSliceVal(aliases, path, (alias, at) => [...validateLegacyIP(text(alias, 'ip'), at.child('ip')), ...eachSliceVal(strings(alias, 'hostnames'), at.child('hostnames'), validateDNS1123Subdomain)]);
}

export function validateHostnameOverride(spec: Fields, path: Path): FieldError[] {
  const name = spec['hostnameOverride'];
  const at = path.child('hostnameOverride');
  if (typeof name !== 'string') return [];
  return [
    ...['setHostnameAsFQDN', 'hostNetwork'].filter((field) => spec[field] === true).map((field) => forbidden(at, `may not be specified when ${field} is true`)),
    ...(byteLength(name) > 64 ? [tooLong(at, 64)] : []),
    ...validateDNS1123Subdomain(name, at),
  ];
}
