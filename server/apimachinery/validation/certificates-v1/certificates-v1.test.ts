import { describe, expect, it } from 'vitest';
import { whyNoCertificate, whyNoRequest } from './pem.ts';
import type { Rest } from '../validation.test-util.ts';
import { newChecks } from '../validation.test-util.ts';

const { create, subresource } = newChecks('certificates.k8s.io/v1');
const pem = (type: string, ...der: number[]) => btoa(`-----BEGIN ${type}-----\n${btoa(String.fromCharCode(...der))}\n-----END ${type}-----\n`);
// a version, a name, a key; then an algorithm and a signature, all of them without content
const request = pem('CERTIFICATE REQUEST', 0x30, 13, 0x30, 7, 2, 1, 0, 0x30, 0, 0x30, 0, 0x30, 0, 3, 0);
const csr = (spec: object, ...conditions: object[]): Rest => ({ spec: { request, signerName: 'example.com/s', usages: ['client auth'], ...spec }, ...(conditions.length > 0 && { status: { conditions } }) });
const approved = { type: 'Approved', status: 'True' };
const params = '{optional:false explicit:false application:false private:false defaultValue:<nil> tag:<nil> stringType:0 timeType:0 set:false omitEmpty:false}';

describe('PEM', () => {
  it.each([
    [request, ''],
    ['', 'PEM block type must be CERTIFICATE REQUEST'],
    [pem('CERTIFICATE', 0x30, 0), 'PEM block type must be CERTIFICATE REQUEST'],
    [pem('CERTIFICATE REQUEST', 0, 0, 0), `asn1: structure error: tags don't match (16 vs {class:0 number:0 length:0 isCompound:false}) ${params} certificateRequest @2`],
    [pem('CERTIFICATE REQUEST', 0x30, 0), 'asn1: syntax error: sequence truncated'],
    [pem('CERTIFICATE REQUEST', 0x30, 9, 0), 'asn1: syntax error: data truncated'],
    [pem('CERTIFICATE REQUEST', 0x30, 3, 2, 1, 0), `asn1: structure error: tags don't match (16 vs {class:0 number:2 length:1 isCompound:false}) ${params} tbsCertificateRequest @2`],
  ])('of a request, %#', (text, why) => {
    expect(whyNoRequest(text)).toBe(why);
  });

  it.each([
    ['', ''],
    [pem('CERTIFICATE', 0x30, 0), ''],
    [btoa('x'), 'must contain at least one CERTIFICATE PEM block'],
    [pem('PRIVATE KEY', 0x30, 0), 'only CERTIFICATE PEM blocks are allowed, found "PRIVATE KEY"'],
    [btoa(`-----BEGIN CERTIFICATE-----\nA: b\n\n${btoa('0\0')}\n-----END CERTIFICATE-----\n`), 'no PEM block headers are permitted'],
    [pem('CERTIFICATE', 1, 0), 'x509: malformed certificate'],
  ])('of certificates, %#', (text, why) => {
    expect(whyNoCertificate(text)).toBe(why);
  });
});

describe('a CertificateSigningRequest', () => {
  it.each<[Rest, string[]]>([
    [csr({}), []],
    [csr({ usages: ['odd', 'client auth', 'client auth'], signerName: 'kubernetes.io/legacy-unknown', expirationSeconds: 599 }), [
      expect.stringMatching(/^spec\.usages\[0\]: Unsupported value: "odd": supported values: "any", "cert sign", /), 'spec.usages[2]: Duplicate value: "client auth"',
      'spec.signerName: Invalid value: "kubernetes.io/legacy-unknown": the legacy signerName is not allowed via this API version', 'spec.expirationSeconds: Invalid value: 599: may not specify a duration less than 600 seconds (10 minutes)',
    ]],
    [csr({ signerName: `example.com/${'a.'.repeat(300)}a` }), ['spec.signerName: Too long: may not be more than 571 bytes']],
    [csr({ usages: [], signerName: 'a/b' }), ['spec.usages: Required value', 'spec.signerName: Invalid value: "a": should be a domain with at least two segments separated by dots']],
  ])('%#', (rest, expected) => {
    expect(create('CertificateSigningRequest', 'c', rest)).toEqual(expected);
  });

  it.each<[string, string, Rest, Rest, string[]]>([
    ['is approved in its own place', 'approval', csr({}), csr({}, approved), []],
    ['is not approved in passing', 'status', csr({}), csr({}, approved), ['status.conditions: Forbidden: updates may not add a condition of type "Approved"']],
    ['is not denied after it was approved', 'approval', csr({}, approved), csr({}, approved, { type: 'Denied', status: 'False' }), [
      'status.conditions[1].status: Unsupported value: "False": supported values: "True"', 'status.conditions: Invalid value: "Denied": Approved and Denied conditions are mutually exclusive',
    ]],
    ['keeps its decisions', 'approval', csr({}, approved), csr({}), ['status.conditions: Forbidden: updates may not remove a condition of type "Approved"']],
    ['gets no certificate with its approval', 'approval', csr({}), { ...csr({}), status: { certificate: btoa('x') } }, ['status.certificate: Invalid value: "<certificate data>": must contain at least one CERTIFICATE PEM block', 'status.certificate: Forbidden: updates may not set certificate content']],
    ['gets one certificate', 'status', { ...csr({}), status: { certificate: pem('CERTIFICATE', 0x30, 0) } }, { ...csr({}), status: { certificate: pem('CERTIFICATE', 0x30, 0, 0x30, 0) } }, ['status.certificate: Forbidden: updates may not modify existing certificate content']],
  ])('%s', (_what, sub, old, now, expected) => {
    expect(subresource(sub, 'CertificateSigningRequest', 'c', old, now)).toEqual(expected);
  });
});
