/**
 * Requests for certificates.
 *
 * Upstream: pkg/apis/certificates/validation/validation.go, ValidateSignerName of pkg/apis/core/validation/names.go.
 * Leaves out what is inside of a request, whether it is signed with its own key, and what signed certificates look like.
 */
import { int, strings, struct, structs, text } from '../access.ts';
import type { Fields } from '../access.ts';
import { duplicate, forbidden, invalid, newPath, notSupported, required } from '../field.ts';
import type { FieldError, Path } from '../field.ts';
import { isDNS1123Label, isDNS1123Subdomain } from '../names.ts';
import { quote } from '../quote.ts';
import type { KubeObject } from '../types.ts';
import { semanticEqual } from './checks.ts';
import { diff } from './internal/diff.ts';
import type { KindValidation } from './kinds.ts';
import { newKind } from './new-kind.ts';

const spec = newPath('spec');
const conditionsAt = newPath('status', 'conditions');

const usages = [
  'any', 'cert sign', 'client auth', 'code signing', 'content commitment', 'crl sign', 'data encipherment', 'decipher only', 'digital signature', 'email protection',
  'encipher only', 'ipsec end system', 'ipsec tunnel', 'ipsec user', 'key agreement', 'key encipherment', 'microsoft sgc', 'netscape sgc', 'ocsp signing', 's/mime',
  'server auth', 'signing', 'timestamping',
];

/** Whether bytes are one DER sequence, whole and nothing more. */
function isSequence(der: Uint8Array): boolean {
  const [tag, first = 0] = der;
  if (tag !== 0x30) return false;
  const count = first < 0x80 ? 0 : first - 0x80;
  const length = count === 0 ? first : der.slice(2, 2 + count).reduce((sum, byte) => sum * 256 + byte, 0);
  return der.length === 2 + count + length;
}

/** Why a request cannot be read; empty if it can. */
function unreadable(base64: string): string {
  const [, body] = /-----BEGIN CERTIFICATE REQUEST-----([\s\S]*?)-----END CERTIFICATE REQUEST-----/.exec(decode(base64) ?? '') ?? [];
  const der = body === undefined ? undefined : decode(body.replace(/\s/g, ''));
  if (der === undefined) return 'PEM block type must be CERTIFICATE REQUEST';
  return isSequence(Uint8Array.from(der, (c) => c.charCodeAt(0))) ? '' : 'asn1: structure error: tags don\'t match';
}

function decode(base64: string): string | undefined {
  try {
    return atob(base64);
  } catch {
    return undefined;
  }
}

export function validateSignerName(name: string, path: Path): FieldError[] {
  if (name === '') return [required(path)];
  const [domain = '', tail, ...more] = name.split('/');
  if (tail === undefined || more.length > 0) return [invalid(path, name, "must be a fully qualified domain and path of the form 'example.com/signer-name'")];
  const firstBad = (labels: string[], reasonsOf: (label: string) => string[], shown: string) => {
    const bad = labels.find((label) => reasonsOf(label).length > 0);
    return bad === undefined ? [] : reasonsOf(bad).map((reason) => invalid(path, shown, `validating label ${quote(bad)}: ${reason}`));
  };
  const labels = domain.split('.');
  return [
    ...firstBad(labels, isDNS1123Label, domain),
    ...(labels.length < 2 ? [invalid(path, domain, 'should be a domain with at least two segments separated by dots')] : []),
    ...firstBad(tail.split('.'), isDNS1123Subdomain, tail),
  ];
}

function validateUsages(set: string[]): FieldError[] {
  const at = spec.child('usages');
  return [
    ...(set.length === 0 ? [required(at)] : []),
    ...set.flatMap((usage, i) => (usages.includes(usage) ? [] : [notSupported(at.index(i), usage, usages)])),
    ...set.flatMap((usage, i) => (set.indexOf(usage) < i ? [duplicate(at.index(i), usage)] : [])),
  ];
}

const decisions = ['Approved', 'Denied'];
const onlyTrue = [...decisions, 'Failed'];

function validateConditions(conditions: Fields[]): FieldError[] {
  const seen = new Set<string>();
  return conditions.flatMap((condition, i) => {
    const at = conditionsAt.index(i);
    const [type, status] = [text(condition, 'type'), text(condition, 'status')];
    const allowed = onlyTrue.includes(type) ? ['True'] : ['False', 'True', 'Unknown'];
    const errors = type === '' ? [required(at.child('type'))] : [];
    if (status === '') errors.push(required(at.child('status')));
    else if (!allowed.includes(status)) errors.push(notSupported(at.child('status'), status, allowed));
    if (decisions.includes(type) && decisions.some((other) => other !== type && seen.has(other))) errors.push(invalid(conditionsAt, type, 'Approved and Denied conditions are mutually exclusive'));
    if (seen.has(type)) errors.push(duplicate(at.child('type'), type));
    seen.add(type);
    return errors;
  });
}

function validate(obj: KubeObject): FieldError[] {
  const want = struct(obj, 'spec');
  const request = text(want, 'request');
  const reason = unreadable(request);
  const [signer, expiration] = [text(want, 'signerName'), int(want, 'expirationSeconds')];
  const at = spec.child('signerName');
  return [
    ...(reason === '' ? [] : [invalid(spec.child('request'), request, reason)]),
    ...validateUsages(strings(want, 'usages')),
    ...(signer === 'kubernetes.io/legacy-unknown' ? [invalid(at, signer, 'the legacy signerName is not allowed via this API version')] : validateSignerName(signer, at)),
    ...(expiration !== undefined && expiration < 600 ? [invalid(spec.child('expirationSeconds'), expiration, 'may not specify a duration less than 600 seconds (10 minutes)')] : []),
    ...validateConditions(structs(struct(obj, 'status'), 'conditions')),
  ];
}

const ofType = (obj: KubeObject, type: string) => structs(struct(obj, 'status'), 'conditions').filter((c) => c['type'] === type);

function validateDecision(obj: KubeObject, old: KubeObject, type: string): FieldError[] {
  const [now, before] = [ofType(obj, type), ofType(old, type)];
  if (now.length > before.length) return [forbidden(conditionsAt, `updates may not add a condition of type ${quote(type)}`)];
  if (now.length < before.length || semanticEqual(now, before)) return [];
  return [forbidden(conditionsAt, `updates may not modify a condition of type ${quote(type)}\n${diff(before, now)}`)];
}

const updating = (may: { approve?: boolean; issue?: boolean }) => (obj: KubeObject, old: KubeObject) => {
  const [now, before] = [text(struct(obj, 'status'), 'certificate'), text(struct(old, 'status'), 'certificate')];
  const at = newPath('status', 'certificate');
  const errors = [
    ...validate(obj),
    ...onlyTrue.filter((type) => ofType(obj, type).length < ofType(old, type).length).map((type) => forbidden(conditionsAt, `updates may not remove a condition of type ${quote(type)}`)),
    ...(may.approve ? [] : decisions.flatMap((type) => validateDecision(obj, old, type))),
  ];
  if (now === before) return errors;
  if (!may.issue) return [...errors, forbidden(at, 'updates may not set certificate content')];
  return before === '' ? errors : [...errors, forbidden(at, 'updates may not modify existing certificate content')];
};

export const certificatesV1: Record<string, KindValidation> = {
  CertificateSigningRequest: newKind({
    namespaced: false,
    nameFn: () => [],
    validate,
    validateUpdate: updating({}),
    subresources: { status: updating({ issue: true }), approval: updating({ approve: true }) },
  }),
};
