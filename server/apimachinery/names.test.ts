import { describe, expect, it } from 'vitest';
import { generateName, isConfigMapKey, isDNS1035Label, isDNS1123Label, isDNS1123Subdomain, isEnvVarName, isQualifiedName, isValidLabelValue, isValidPortName, isValidPortNum } from './names.ts';
import { nameIsDNSLabel, nameIsDNSSubdomain, nameIsPathSegment } from './validation/object-names.ts';

describe('names', () => {
  it.each([
    [isDNS1123Label, 'my-name'], [isDNS1123Subdomain, 'a.b-c.d'], [isDNS1035Label, 'a1'], [isQualifiedName, 'example.com/Name_1'],
    [isValidLabelValue, ''], [isConfigMapKey, '..data'.slice(1)], [isValidPortName, 'http'], [isEnvVarName, 'A B-1'],
  ])('%o accepts %j', (check, value) => {
    expect(check(value)).toEqual([]);
  });

  it.each([
    [isDNS1123Label, 'a.b', ['must not contain dots']],
    [isDNS1123Label, 'A', ["a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')"]],
    [isDNS1123Label, 'a'.repeat(64), ['must be no more than 63 characters']],
    [isValidLabelValue, 'a'.repeat(64), ['must be no more than 63 bytes']],
    [isDNS1035Label, 'a'.repeat(64), ['must be no more than 63 characters']],
    [isQualifiedName, '/a', ['prefix part must be non-empty']],
    [isQualifiedName, 'a/', ['name part must be non-empty', "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')"]],
    [isConfigMapKey, '..', ["must not be '..'"]],
    [isValidPortName, '-1', ['must contain at least one letter (a-z)', 'must not begin or end with a hyphen']],
    [isEnvVarName, 'a=b', ["a valid environment variable name must consist only of printable ASCII characters other than '='"]],
  ])('%o says why not %j', (check, value, reasons) => {
    expect(check(value)).toEqual(reasons);
  });

  it('counts ports from 1 to 65535', () => {
    expect(isValidPortNum(65535)).toEqual([]);
    expect(isValidPortNum(0)).toEqual(['must be between 1 and 65535, inclusive']);
  });

  it('lets what is a prefix end in a dash', () => {
    expect(nameIsDNSSubdomain('web-', true)).toEqual([]);
    expect(nameIsDNSLabel('web-', false)).toHaveLength(1);
    expect(nameIsPathSegment('a/b', false)).toEqual(["may not contain '/'"]);
    expect(nameIsPathSegment('..', false)).toEqual(["may not be '..'"]);
  });

  it('generates names of at most 63 characters', () => {
    expect(generateName('web-')).toMatch(/^web-[bcdfghjklmnpqrstvwxz2456789]{5}$/);
    expect(generateName('a'.repeat(80))).toHaveLength(63);
    expect(new Set(Array.from({ length: 50 }, () => generateName('x'))).size).toBeGreaterThan(40);
  });
});
