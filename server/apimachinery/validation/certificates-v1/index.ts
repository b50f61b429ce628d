/**
 * Requests for certificates.
 *
 * Upstream: pkg/apis/certificates/validation/validation.go, ValidateSignerName of pkg/apis/core/validation/names.go.
 * Leaves out whether a request is signed with its own key.
 */
import { int, strings, struct, structs, text } from '../../access.ts';
import type { Fields } from '../../access.ts';
import { duplicate, forbidden, invalid, newPath, notSupported, required, tooLong } from '../../field.ts';
import type { FieldError, Path } from '../../field.ts';
import { byteLength, isDNS1123Label, isDNS1123Subdomain } from '../../names.ts';
import { quote } from '../../quote.ts';
import type { KubeObject } from '../../types.ts';
import { eachSliceVal } from '../checks.ts';
import { whyNoCertificate, whyNoRequest } from './pem.ts';
import type { KindValidation } from '../kind-validation.ts';
import { newKind } from '../new-kind.ts';

const spec = newPath('spec');
const conditionsAt = newPath('status', 'conditions');
const certificateAt = newPath('status', 'certificate');

const usages = [
  'any', 'cert sign', 'client auth', 'code signing', 'content commitment', 'crl sign', 'data encipherment', 'decipher only', 'digital signature', 'email protection',
  'encipher only', 'ipsec end system', 'ipsec tunnel', 'ipsec user', 'key agreement', 'key encipherment', 'microsoft sgc', 'netscape sgc', 'ocsp signing', 's/mime',
  'server auth', 'signing', 'timestamping',
];

const maxDomain = 253;
/** Room for a namespace before a name, after the domain. */
const maxSigner = 2 * maxDomain + 63 + 2;

function validateSignerName(name: string, path: Path): FieldError[] {
  if (name === '') return [required(path)];
  const [domain = '', tail, ...more] = name.split('/');
  if (tail === undefined || more.length > 0) return [invalid(path, name, "must be a fully qualified domain and path of the form 'example.com/signer-name'")];
  const firstBad = (labels: string[], reasonsOf: (label: string) => string[], shown: string) => {
    const bad = labels.find((label) => reasonsOf(label).length > 0);
    return bad === undefined ? [] : reasonsOf(bad).map((reason) => invalid(path, shown, `validating label ${quote(bad)}: ${reason}`));
  };
  const labels = domain.split('.');
  const limit = (value: string, max: number) => (byteLength(value) > max ? [tooLong(path, max)] : []);
  return [
    ...limit(domain, maxDomain),
    ...firstBad(labels, isDNS1123Label, domain),
    ...(labels.length < 2 ? [invalid(path, domain, 'should be a domain with at least two segments separated by dots')] : []),
    ...firstBad(tail.split('.'), isDNS1123Subdomain, tail),
    ...limit(name, maxSigner),
  ];
}

function validateUsages(set: string[]): FieldError[] {
  const at = spec.child('usages');
  return [
    ...(set.length === 0 ? [required(at)] : []),
    ...eachSliceVal(set, at, (usage, own) => (usages.includes(usage) ? [] : [notSupported(own, usage, usages)])),
    ...eachSliceVal(set, at, (usage, own, i) => (set.indexOf(usage) < i ? [duplicate(own, usage)] : [])),
  ];
}

const decisions = ['Approved', 'Denied'];
const onlyTrue = [...decisions, 'Failed'];

function validateConditions(conditions: Fields[]): FieldError[] {
  const seen = new Set<string>();
  return eachSliceVal(conditions, conditionsAt, (condition, at) => {
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
  const reason = whyNoRequest(request);
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

const countOf = (obj: KubeObject, type: string) => structs(struct(obj, 'status'), 'conditions').filter((c) => c['type'] === type).length;

function validateCertificate(obj: KubeObject, old: KubeObject, mayIssue: boolean): FieldError[] {
  const [now, before] = [text(struct(obj, 'status'), 'certificate'), text(struct(old, 'status'), 'certificate')];
  if (now === before) return [];
  if (!mayIssue) return [forbidden(certificateAt, 'updates may not set certificate content')];
  return before === '' ? [] : [forbidden(certificateAt, 'updates may not modify existing certificate content')];
}

/** A decision that is there already is kept as it is before this is asked. */
const updating = (may: { approve?: boolean; issue?: boolean }) => (obj: KubeObject, old: KubeObject) => {
  const certificate = text(struct(obj, 'status'), 'certificate');
  const malformed = certificate === text(struct(old, 'status'), 'certificate') ? '' : whyNoCertificate(certificate);
  return [
    ...validate(obj),
    ...(malformed === '' ? [] : [invalid(certificateAt, '<certificate data>', malformed)]),
    ...onlyTrue.filter((type) => countOf(obj, type) < countOf(old, type)).map((type) => forbidden(conditionsAt, `updates may not remove a condition of type ${quote(type)}`)),
    ...(may.approve ? [] : decisions.filter((type) => countOf(obj, type) > countOf(old, type)).map((type) => forbidden(conditionsAt, `updates may not add a condition of type ${quote(type)}`))),
    ...validateCertificate(obj, old, may.issue === true),
  ];
};

const newRules = (may: { approve?: boolean; issue?: boolean }) => newKind({ namespaced: false, nameFn: () => [], validate, order: ['createMeta', 'own', 'meta'], validateUpdate: updating(may) });

export const certificatesV1: Record<string, KindValidation> = {
  CertificateSigningRequest: { ...newRules({}), subresources: { status: newRules({ issue: true }).validateUpdate, approval: newRules({ approve: true }).validateUpdate } },
};
