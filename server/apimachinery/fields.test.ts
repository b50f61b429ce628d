import { describe, expect, it } from 'vitest';
import { everythingFields, parseFieldSelector } from './fields.ts';

describe('a field selector', () => {
  const fields = { 'metadata.name': 'a', 'spec.x': 'p,q=r\\' };
  it.each([
    ['metadata.name=a', true], ['metadata.name==a', true], ['metadata.name!=a', false], ['metadata.name=b', false],
    ['missing=', true], ['missing!=x', true], ['metadata.name=a,missing=b', false], ['', true], [',metadata.name=a,', true],
    ['spec.x=p\\,q\\=r\\\\', true], ['=', true], ['!=,metadata.name=b', false],
  ])('%j matches: %s', (selector, matches) => {
    expect(parseFieldSelector(selector).matches(fields)).toBe(matches);
  });

  it.each([
    ['nonsense', "invalid selector: 'nonsense'; can't understand 'nonsense'"],
    ['metadata.name in (a)', "invalid selector: 'metadata.name in (a)'; can't understand 'metadata.name in (a)'"],
    ['a=b=c', 'invalid field selector: unescaped character in value: 61'],
    ['a=\\b', 'invalid field selector: invalid escape sequence: \\b'],
    ['a=b\\', 'invalid field selector: invalid escape sequence: \\'],
  ])('refuses %j', (selector, message) => {
    expect(() => parseFieldSelector(selector)).toThrow(new Error(message));
  });

  it('prints what it asks for, escaped and sorted', () => {
    expect(String(parseFieldSelector('b==x\\,y,a!=z'))).toBe('a!=z,b=x\\,y');
  });

  it('tells the value that a field must have', () => {
    const selector = parseFieldSelector('metadata.name=a,spec.nodeName!=n');
    expect(selector.requiresExactMatch('metadata.name')).toBe('a');
    expect(selector.requiresExactMatch('spec.nodeName')).toBeUndefined();
  });

  it('lets a kind rename, drop and refuse fields', () => {
    const selector = parseFieldSelector('a=1,b=2');
    expect(String(selector.transform((field, value) => (field === 'a' ? { field: '', value: '' } : { field: 'c', value })))).toBe('c=2');
    expect(() => selector.transform(() => { throw new Error('unknown'); })).toThrow('unknown');
    expect(everythingFields.empty).toBe(true);
  });
});
