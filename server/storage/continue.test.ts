import { expect, test } from 'vitest';
import { parseResourceVersion } from './api-object-versioner.ts';
import { decodeContinue, encodeContinue } from './continue.ts';

test('a token says where the next page starts, below the list, and at which revision', () => {
  const token = encodeContinue('/registry/roles/default/a<b\0', '/registry/roles/', 7);
  expect(token).toBe(btoa(String.raw`{"v":"meta.k8s.io/v1","rv":7,"start":"default/a\u003cb\u0000"}`).replaceAll('=', ''));
  expect(decodeContinue(token, '/roles/')).toEqual({ fromKey: '/roles/default/a<b\0', revision: 7 });
});

const token = (json: string) => btoa(json).replaceAll('=', '');

test.each([
  ['a.b', 'continue key is not valid: illegal base64 data at input byte 1'],
  ['abcde', 'continue key is not valid: illegal base64 data at input byte 4'],
  [token('x'), "continue key is not valid: invalid character 'x' looking for beginning of value"],
  ['garbage', "continue key is not valid: invalid character '\\u0081' looking for beginning of value"],
  [token('{"v":"meta.k8s.io/v1"} x'), "continue key is not valid: invalid character 'x' after top-level value"],
  [token('[1]'), 'continue key is not valid: json: cannot unmarshal array into Go value of type storage.continueToken'],
  [token('{"rv":"1"}'), 'continue key is not valid: json: cannot unmarshal string into Go struct field continueToken.rv of type int64'],
  [token('null'), 'continue key is not valid: server does not recognize this encoded version '],
  [token('{"v":"v2"}'), 'continue key is not valid: server does not recognize this encoded version v2'],
  [token('{"v":"meta.k8s.io/v1","start":"a"}'), 'continue key is not valid: incorrect encoded start resourceVersion (version meta.k8s.io/v1)'],
  [token('{"v":"meta.k8s.io/v1","rv":1}'), 'continue key is not valid: encoded start key empty (version meta.k8s.io/v1)'],
  [token('{"v":"meta.k8s.io/v1","rv":1,"start":"/a/../../b"}'), 'continue key is not valid: /a/../../b'],
])('refuses the token %j', (text, message) => {
  expect(() => decodeContinue(text, '/roles/')).toThrow(new Error(message));
});

test.each([
  ['', 0],
  ['0', 0],
  ['12', 12],
])('a resourceVersion %j means revision %i', (text, revision) => {
  expect(parseResourceVersion(text)).toBe(revision);
});

test.each([
  ['-5', 'invalid syntax'],
  ['1.5', 'invalid syntax'],
  ['18446744073709551616', 'value out of range'],
])('%j is no resourceVersion: %s', (text, why) => {
  expect(() => parseResourceVersion(text)).toThrow(`resourceVersion: Invalid value: "${text}": strconv.ParseUint: parsing "${text}": ${why}`);
});
