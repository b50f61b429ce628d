/**
 * Whether an issuer can be asked, and for whom its tokens are.
 *
 * Upstream: validateIssuer of k8s.io/apiserver/pkg/apis/apiserver/validation/validation.go, and IsDomainPrefixedPath of
 * k8s.io/apimachinery/pkg/util/validation. Egress selectors are refused: this server has none.
 */
import { duplicate, invalid, required } from '../../apimachinery/field.ts';
import type { FieldError, Path } from '../../apimachinery/field.ts';
import { isDNS1123Subdomain, regexError } from '../../apimachinery/names.ts';
import { quote } from '../../apimachinery/quote.ts';
import type { Issuer } from './jwt-authenticator.ts';

interface Options {
  disallowedIssuers: readonly string[];
  parseCertificates: (pem: string) => unknown;
}

export function validateIssuer(issuer: Issuer, path: Path, { disallowedIssuers, parseCertificates }: Options): FieldError[] {
  return [
    ...(issuer.url === '' ? [required(path.child('url'))] : validateURL(issuer.url, disallowedIssuers, path.child('url'))),
    ...validateDiscoveryURL(issuer, path.child('discoveryURL')),
    ...validateAudiences(issuer, path),
    ...validateCertificateAuthority(issuer.certificateAuthority, path.child('certificateAuthority'), parseCertificates),
    ...validateEgressSelector(issuer.egressSelectorType, path.child('egressSelectorType')),
  ];
}

function validateDiscoveryURL({ url, discoveryURL }: Issuer, path: Path): FieldError[] {
  if (discoveryURL === '') return [];
  const same = url !== '' && url.replace(/\/+$/, '') === discoveryURL.replace(/\/+$/, '');
  return [...(same ? [invalid(path, discoveryURL, 'discoveryURL must be different from URL')] : []), ...validateURL(discoveryURL, [], path)];
}

function validateURL(text: string, disallowed: readonly string[], path: Path): FieldError[] {
  const errors: FieldError[] = [];
  if (disallowed.includes(text)) errors.push(invalid(path, text, `URL must not overlap with disallowed issuers: [${[...disallowed].sort().join(' ')}]`));
  const why = whyNoURL(text);
  if (why !== undefined) return [...errors, invalid(path, text, `parse ${quote(text)}: ${why}`)];
  const [, scheme = '', authority = '', query = '', fragment = ''] = /^(?:([^:/?#]*):)?(?:\/\/([^/?#]*))?[^?#]*(?:\?([^#]*))?(?:#(.*))?$/s.exec(text) ?? [];
  if (scheme.toLowerCase() !== 'https') errors.push(invalid(path, text, 'URL scheme must be https'));
  if (authority.includes('@')) errors.push(invalid(path, text, 'URL must not contain a username or password'));
  if (query !== '') errors.push(invalid(path, text, 'URL must not contain a query'));
  if (fragment !== '') errors.push(invalid(path, text, 'URL must not contain a fragment'));
  return errors;
}

/** What Go's net/url says of what it cannot read. */
function whyNoURL(text: string): string | undefined {
  if (/[\x00-\x1f\x7f]/.test(text)) return 'net/url: invalid control character in URL';
  if (text.startsWith(':')) return 'missing protocol scheme';
  const escape = /%(?![0-9a-fA-F]{2}).{0,2}/s.exec(text);
  if (escape) return `invalid URL escape ${quote(escape[0])}`;
  const [, scheme, authority] = /^(?:([^:/?#]*):)?(?:\/\/([^/?#]*))?/.exec(text) ?? [];
  if (scheme !== undefined && !/^[A-Za-z][A-Za-z0-9+.-]*$/.test(scheme)) return 'first path segment in URL cannot contain colon';
  if (authority === undefined) return undefined;
  const host = authority.slice(authority.lastIndexOf('@') + 1);
  const [, port = ''] = /^(?:\[[^\]]*\]|[^:]*)(.*)$/s.exec(host) ?? [];
  if (host.startsWith('[') && !host.includes(']')) return "missing ']' in host";
  if (!/^(?::\d*)?$/.test(port)) return `invalid port ${quote(port)} after host`;
  const wrong = /[\s"<>^`{|}\\]/.exec(host);
  return wrong ? `invalid character ${quote(wrong[0])} in host name` : undefined;
}

function validateAudiences({ audiences, audienceMatchPolicy }: Issuer, path: Path): FieldError[] {
  const root = path.child('audiences');
  if (audiences.length === 0) return [required(root, `at least one ${root.toString()} is required`)];
  const errors = audiences.flatMap((audience, i) => [
    ...(audience === '' ? [required(root.index(i))] : []),
    ...(audiences.indexOf(audience) < i ? [duplicate(root.index(i), audience)] : []),
  ]);
  const policy = path.child('audienceMatchPolicy');
  const matchesAny = audienceMatchPolicy === 'MatchAny';
  if (audiences.length > 1 && !matchesAny) errors.push(invalid(policy, audienceMatchPolicy, 'audienceMatchPolicy must be MatchAny for multiple audiences'));
  if (audiences.length === 1 && audienceMatchPolicy !== '' && !matchesAny) errors.push(invalid(policy, audienceMatchPolicy, 'audienceMatchPolicy must be empty or MatchAny for single audience'));
  return errors;
}

function validateCertificateAuthority(pem: string, path: Path, parseCertificates: (pem: string) => unknown): FieldError[] {
  if (pem === '') return [];
  try {
    parseCertificates(pem);
    return [];
  } catch (err) {
    return [invalid(path, '<omitted>', err instanceof Error ? err.message : String(err))];
  }
}

function validateEgressSelector(type: string, path: Path): FieldError[] {
  if (type === '') return [];
  return [invalid(path, type, ['controlplane', 'cluster'].includes(type) ? 'egress selectors are not supported by this server' : 'egress selector must be either controlplane or cluster')];
}

const HTTP_PATH = String.raw`[A-Za-z0-9/\-._~%!$&'()*+,;=:]+`;

export function validateDomainPrefixedPath(path: Path, value: string): FieldError[] {
  if (value === '') return [required(path)];
  const slash = value.indexOf('/');
  const [host, rest] = [value.slice(0, slash), value.slice(slash + 1)];
  if (slash < 1 || rest === '') return [invalid(path, value, 'must be a domain-prefixed path (such as "acme.io/foo")')];
  const errors = isDNS1123Subdomain(host).map((why) => invalid(path, host, why));
  if (!new RegExp(`^${HTTP_PATH}$`).test(rest)) errors.push(invalid(path, rest, regexError('Invalid path', HTTP_PATH)));
  return errors;
}
