/**
 * What names, keys and values may look like. Each check answers the reasons against, in upstream's words; none means
 * that it fits.
 *
 * Upstream: k8s.io/apimachinery/pkg/api/validate/content, pkg/util/validation/validation.go.
 */
export { generateName } from './generate-name.ts';

const maxLenBytes = (n: number) => `must be no more than ${n} bytes`;
const maxLenCharacters = (n: number) => `must be no more than ${n} characters`;
const inclusiveRange = (lo: number, hi: number) => `must be between ${lo} and ${hi}, inclusive`;

const encoder = new TextEncoder();

/** Go's len() of a string. */
export function byteLength(text: string): number {
  return /[\u0080-\uffff]/.test(text) ? encoder.encode(text).length : text.length;
}

export function regexError(message: string, format: string, ...examples: string[]): string {
  if (examples.length === 0) return `${message} (regex used for validation is '${format}')`;
  return `${message} (e.g. ${examples.map((e) => `'${e}', `).join(' or ')}regex used for validation is '${format}')`;
}

interface Format {
  regexp: RegExp;
  error: string;
  maxLength: number;
}

function format(pattern: string, message: string, maxLength: number, ...examples: string[]): Format {
  return { regexp: new RegExp(`^(?:${pattern})$`), error: regexError(message, pattern, ...examples), maxLength };
}

function check({ regexp, error, maxLength }: Format, value: string, maxLenError: (n: number) => string): string[] {
  const errors: string[] = [];
  // no character takes more than three bytes for each of its UTF-16 units
  if (value.length * 3 > maxLength && byteLength(value) > maxLength) errors.push(maxLenError(maxLength));
  if (!regexp.test(value)) errors.push(error);
  return errors;
}

const label = '[a-z0-9]([-a-z0-9]*[a-z0-9])?';
const subdomainPattern = `${label}(\\.${label})*`;
const endsAlphanumeric = 'and must start and end with an alphanumeric character';

const dns1123Label = format(label, `a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', ${endsAlphanumeric}`, 63, 'my-name', '123-abc');
const dns1123Subdomain = format(subdomainPattern, `a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', ${endsAlphanumeric}`, 253, 'example.com');
const dns1035Label = format('[a-z]([-a-z0-9]*[a-z0-9])?', "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character", 63, 'my-name', 'abc-123');
const wildcardSubdomain = format(`\\*\\.${subdomainPattern}`, "a wildcard DNS-1123 subdomain must start with '*.', followed by a valid DNS subdomain, which must consist of lower case alphanumeric characters, '-' or '.' and end with an alphanumeric character", 253, '*.example.com');

const keyPattern = '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]';
const labelKey = format(keyPattern, `must consist of alphanumeric characters, '-', '_' or '.', ${endsAlphanumeric}`, 63, 'MyName', 'my.name', '123-abc');
const labelValue = format(`(${keyPattern})?`, `a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', ${endsAlphanumeric}`, 63, 'MyValue', 'my_value', '12345');
const configMapKey = format('[-._a-zA-Z0-9]+', "a valid config key must consist of alphanumeric characters, '-', '_' or '.'", 253, 'key.name', 'KEY_NAME', 'key-name');
const httpHeaderName = format('[-A-Za-z0-9]+', "a valid HTTP header must consist of alphanumeric characters or '-'", Infinity, 'X-Header-Name');
const percent = format('[0-9]+%', "a valid percent string must be a numeric string followed by an ending '%'", Infinity, '1%', '93%');

export function isDNS1123Label(value: string): string[] {
  const errors = check(dns1123Label, value, maxLenCharacters);
  // a subdomain that is no label can only have dots too many
  const dotted = !dns1123Label.regexp.test(value) && dns1123Subdomain.regexp.test(value);
  return dotted ? errors.map((e) => (e === dns1123Label.error ? 'must not contain dots' : e)) : errors;
}

export const isDNS1123Subdomain = (value: string) => check(dns1123Subdomain, value, maxLenCharacters);
export const isDNS1035Label = (value: string) => check(dns1035Label, value, maxLenCharacters);
export const isWildcardDNS1123Subdomain = (value: string) => check(wildcardSubdomain, value, maxLenCharacters);
export const isValidLabelValue = (value: string) => check(labelValue, value, maxLenBytes);
export const isHTTPHeaderName = (value: string) => check(httpHeaderName, value, maxLenCharacters);
export const isValidPercent = (value: string) => check(percent, value, maxLenCharacters);

/** A label or annotation key: a name, and before it perhaps a DNS subdomain and a slash. */
export function isQualifiedName(value: string): string[] {
  const parts = value.split('/');
  if (parts.length > 2) return [`a valid label key ${labelKey.error} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`];
  const errors: string[] = [];
  const [prefix] = parts;
  const name = parts.at(-1) ?? '';
  if (parts.length === 2) {
    if (prefix === '') errors.push('prefix part must be non-empty');
    else errors.push(...check(dns1123Subdomain, prefix ?? '', maxLenBytes).map((e) => `prefix part ${e}`));
  }
  if (name === '') errors.push('name part must be non-empty');
  return [...errors, ...check(labelKey, name, maxLenBytes).map((e) => `name part ${e}`)];
}

function hasChDirPrefix(value: string): string[] {
  if (value === '.') return ["must not be '.'"];
  if (value === '..') return ["must not be '..'"];
  return value.startsWith('..') ? ["must not start with '..'"] : [];
}

export function isConfigMapKey(value: string): string[] {
  return [...check(configMapKey, value, maxLenCharacters), ...hasChDirPrefix(value)];
}

export function isEnvVarName(value: string): string[] {
  if (value === '') return ['environment variable name must be non-empty'];
  return /^[ -<>-~]*$/.test(value) ? [] : ["a valid environment variable name must consist only of printable ASCII characters other than '='"];
}

export function isValidPortName(value: string): string[] {
  const errors: string[] = [];
  if (byteLength(value) > 15) errors.push(maxLenCharacters(15));
  if (!/^[-a-z0-9]+$/.test(value)) errors.push('must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)');
  if (!/[a-z]/.test(value)) errors.push('must contain at least one letter (a-z)');
  if (value.includes('--')) errors.push('must not contain consecutive hyphens');
  if (value.startsWith('-') || value.endsWith('-')) errors.push('must not begin or end with a hyphen');
  return errors;
}

export const isInRange = (value: number, lo: number, hi: number) => (value >= lo && value <= hi ? [] : [inclusiveRange(lo, hi)]);
export const isValidPortNum = (port: number) => isInRange(port, 1, 65535);

export function isPathSegmentPrefix(name: string): string[] {
  return ['/', '%'].filter((c) => name.includes(c)).map((c) => `may not contain '${c}'`);
}

export function isPathSegmentName(name: string): string[] {
  return name === '.' || name === '..' ? [`may not be '${name}'`] : isPathSegmentPrefix(name);
}
