import { describe, expect, test } from 'vitest';
import { parseCertsPEM } from '../x509/cert-pool.ts';
import { newCompiler } from './compiler.ts';
import { newJWTAuthenticator } from './testing.ts';
import type { PartialJWTAuthenticator } from './testing.ts';
import { validateAuthenticationConfiguration } from './validation.ts';

const compiler = newCompiler();

function errorsOf(...authenticators: PartialJWTAuthenticator[]): string[] {
  const jwt = authenticators.map(newJWTAuthenticator);
  return validateAuthenticationConfiguration({ jwt }, { compiler, disallowedIssuers: ['https://own', 'https://a-own'], parseCertificates: parseCertsPEM }).errors.map(({ field, body }) => `${field}: ${body}`);
}

test('takes what is right', () => {
  expect(errorsOf({}, { issuer: { url: 'https://other', audiences: ['a', 'b'], audienceMatchPolicy: 'MatchAny', discoveryURL: 'https://other/x' } })).toEqual([]);
  expect(errorsOf()).toEqual([]);
});

describe('an issuer', () => {
  const at = 'jwt[0].issuer';
  test.each([
    [{ url: '' }, `${at}.url: Required value`],
    [{ url: 'http://issuer' }, `${at}.url: Invalid value: "http://issuer": URL scheme must be https`],
    [{ url: 'https://user@issuer' }, `${at}.url: Invalid value: "https://user@issuer": URL must not contain a username or password`],
    [{ url: 'https://issuer?q=1' }, `${at}.url: Invalid value: "https://issuer?q=1": URL must not contain a query`],
    [{ url: 'https://issuer#f' }, `${at}.url: Invalid value: "https://issuer#f": URL must not contain a fragment`],
    [{ url: 'https://issuer:x' }, `${at}.url: Invalid value: "https://issuer:x": parse "https://issuer:x": invalid port ":x" after host`],
    [{ url: 'https://own' }, `${at}.url: Invalid value: "https://own": URL must not overlap with disallowed issuers: [https://a-own https://own]`],
    [{ discoveryURL: 'https://issuer/' }, `${at}.discoveryURL: Invalid value: "https://issuer/": discoveryURL must be different from URL`],
    [{ discoveryURL: 'http://x' }, `${at}.discoveryURL: Invalid value: "http://x": URL scheme must be https`],
    [{ audiences: [] }, `${at}.audiences: Required value: at least one jwt[0].issuer.audiences is required`],
    [{ audiences: [''] }, `${at}.audiences[0]: Required value`],
    [{ audiences: ['a', 'a'], audienceMatchPolicy: 'MatchAny' }, `${at}.audiences[1]: Duplicate value: "a"`],
    [{ audiences: ['a', 'b'] }, `${at}.audienceMatchPolicy: Invalid value: "": audienceMatchPolicy must be MatchAny for multiple audiences`],
    [{ audienceMatchPolicy: 'MatchAll' }, `${at}.audienceMatchPolicy: Invalid value: "MatchAll": audienceMatchPolicy must be empty or MatchAny for single audience`],
    [{ certificateAuthority: 'x' }, `${at}.certificateAuthority: Invalid value: "<omitted>": data does not contain any valid RSA or ECDSA certificates`],
    [{ egressSelectorType: 'etcd' }, `${at}.egressSelectorType: Invalid value: "etcd": egress selector must be either controlplane or cluster`],
    [{ egressSelectorType: 'cluster' }, `${at}.egressSelectorType: Invalid value: "cluster": egress selectors are not supported by this server`],
  ])('%j is refused', (issuer, error) => {
    expect(errorsOf({ issuer })).toEqual([error]);
  });

  test('comes once, and so does its discovery document', () => {
    const issuer = { discoveryURL: 'https://discovery' };
    expect(errorsOf({ issuer }, { issuer })).toEqual(['jwt[1].issuer.url: Duplicate value: "https://issuer"', 'jwt[1].issuer.discoveryURL: Duplicate value: "https://discovery"']);
  });

  test('is one of 64 at most', () => {
    expect(errorsOf(...Array.from({ length: 65 }, () => ({})))).toEqual(['jwt: Too many: 65: must have at most 64 items']);
  });
});

describe('mappings', () => {
  const at = 'jwt[0].claimMappings';
  test.each([
    [{ username: {} }, `${at}.username: Required value: claim or expression is required`],
    [{ username: { claim: 'sub', expression: 'claims.sub' } }, `${at}.username: Invalid value: "": claim and expression can't both be set`],
    [{ username: { claim: 'sub' } }, `${at}.username.prefix: Required value: prefix is required when claim is set. It can be set to an empty string to disable prefixing`],
    [{ username: { expression: 'claims.sub', prefix: '' } }, `${at}.username.prefix: Invalid value: "": may not be specified when expression is set`],
    [{ username: { expression: 'foo.sub' } }, `${at}.username.expression: Invalid value: "foo.sub": compilation failed: ERROR: <input>:1:1: undeclared reference to 'foo' (in container '')\n | foo.sub\n | ^`],
    [{ username: { expression: 'claims.email' } }, `${at}.username.expression: Invalid value: "claims.email": claims.email_verified must be used in claimMappings.username.expression or claimMappings.extra[*].valueExpression or claimValidationRules[*].expression when claims.email is used in claimMappings.username.expression`],
    [{ groups: { claim: 'groups' } }, `${at}.groups.prefix: Required value: prefix is required when claim is set. It can be set to an empty string to disable prefixing`],
    [{ uid: { claim: 'a', expression: 'claims.a' } }, `${at}.uid: Invalid value: "": claim and expression can't both be set`],
    [{ uid: { expression: '1 +' } }, expect.stringContaining(`${at}.uid.expression: Invalid value: "1 +": compilation failed: ERROR: <input>:1:4: Syntax error: mismatched input '<EOF>' expecting `)],
    [{ extra: [{ key: '', valueExpression: 'claims.a' }] }, `${at}.extra[0].key: Required value`],
    [{ extra: [{ key: 'foo', valueExpression: 'claims.a' }] }, `${at}.extra[0].key: Invalid value: "foo": must be a domain-prefixed path (such as "acme.io/foo")`],
    [{ extra: [{ key: 'example.org/Foo', valueExpression: 'claims.a' }] }, `${at}.extra[0].key: Invalid value: "example.org/Foo": must be lowercase`],
    [{ extra: [{ key: 'sub.k8s.io/foo', valueExpression: 'claims.a' }] }, `${at}.extra[0].key: Invalid value: "sub.k8s.io/foo": k8s.io, kubernetes.io and their subdomains are reserved for Kubernetes use`],
    [{ extra: [{ key: 'example.org/a', valueExpression: '' }] }, `${at}.extra[0].valueExpression: Required value`],
    [{ extra: [{ key: 'example.org/a', valueExpression: '"a"' }, { key: 'example.org/a', valueExpression: '"b"' }] }, `${at}.extra[1].key: Duplicate value: "example.org/a"`],
  ])('%j is refused', (claimMappings, error) => {
    expect(errorsOf({ claimMappings })).toEqual([error]);
  });

  test.each([
    [{ username: { expression: 'claims.email_verified ? claims.email : claims.sub' } }, {}],
    [{ username: { expression: 'claims.?email.orValue(claims.sub)' }, extra: [{ key: 'example.org/verified', valueExpression: 'string(claims.?email_verified.orValue(false))' }] }, {}],
    [{ username: { expression: 'claims.email' } }, { claimValidationRules: [{ expression: 'claims.?email_verified.orValue(true) == true', message: '' }] }],
  ])('an address is a name only where it is verified: %j %j', (claimMappings, more) => {
    expect(errorsOf({ claimMappings, ...more })).toEqual([]);
  });
});

describe('rules', () => {
  const at = 'jwt[0].claimValidationRules';
  test.each([
    [[{}], `${at}[0]: Required value: claim or expression is required`],
    [[{ claim: 'a', expression: 'true' }], `${at}[0]: Invalid value: "a": claim and expression can't both be set`],
    [[{ claim: 'a', message: 'x' }], `${at}[0].message: Invalid value: "x": may not be specified when claim is set`],
    [[{ claim: 'a' }, { claim: 'a' }], `${at}[1].claim: Duplicate value: "a"`],
    [[{ expression: 'true', requiredValue: 'x' }], `${at}[0].requiredValue: Invalid value: "x": may not be specified when expression is set`],
    [[{ expression: 'true' }, { expression: 'true' }], `${at}[1].expression: Duplicate value: "true"`],
    [[{ expression: 'claims.sub' }], `${at}[0].expression: Invalid value: "claims.sub": must evaluate to bool`],
  ])('%j of claims are refused', (claimValidationRules, error) => {
    expect(errorsOf({ claimValidationRules })).toEqual([error]);
  });

  test.each([
    [[{ expression: '' }], 'jwt[0].userValidationRules[0].expression: Required value'],
    [[{ expression: 'true' }, { expression: 'true' }], 'jwt[0].userValidationRules[1].expression: Duplicate value: "true"'],
    [[{ expression: 'user.name == ""' }], `jwt[0].userValidationRules[0].expression: Invalid value: "user.name == \\"\\"": compilation failed: ERROR: <input>:1:5: undefined field 'name'\n | user.name == ""\n | ....^`],
    [[{ expression: 'claims.a == 1' }], `jwt[0].userValidationRules[0].expression: Invalid value: "claims.a == 1": compilation failed: ERROR: <input>:1:1: undeclared reference to 'claims' (in container '')\n | claims.a == 1\n | ^`],
  ])('%j of users are refused', (userValidationRules, error) => {
    expect(errorsOf({ userValidationRules })).toEqual([error]);
  });
});
