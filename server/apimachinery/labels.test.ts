import { describe, expect, it } from 'vitest';
import { parseLabelSelector } from './label-parser.ts';
import { everythingLabels, labelSelectorAsSelector, labelSelectorFromSet } from './labels.ts';

describe('a label selector', () => {
  const labels = { app: 'web', tier: '3', empty: '' };
  it.each([
    ['app=web', true], ['app==web', true], ['app=db', false], ['app!=db', true], ['none!=x', true], ['app', true], ['!app', false],
    ['!none', true], ['app in (db,web)', true], ['app notin (db)', true], ['none notin (db)', true], ['none in (a)', false],
    ['tier>2', true], ['tier<2', false], ['app>2', false], ['empty=', true], ['empty in (,a)', true], ['app=web,tier=3', true],
    ['app=web,tier=4', false], ['', true], [' app = web ', true], ['toString', false],
  ])('%j matches: %s', (selector, matches) => {
    expect(parseLabelSelector(selector).matches(labels)).toBe(matches);
  });

  it.each([
    ['=a', "found '=', expected: !, identifier, or 'end of string'"],
    ['a in', "unable to parse requirement: found '' expected: '('"],
    ['a in (', "unable to parse requirement: found '', expected: ',', ')' or identifier"],
    ['a=b==c', "found '==', expected: ',' or 'end of string'"],
    ['a b', "unable to parse requirement: found 'b', expected: in, notin, =, ==, !=, gt, lt"],
    ['a=b,', "found '', expected: identifier after ','"],
    ['a>x', `unable to parse requirement: values[0]: Invalid value: "x": for 'Gt', 'Lt' operators, the value must be an integer`],
    ['-bad=x', `unable to parse requirement: <nil>: Invalid value: "-bad": name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')`],
    ['a=b value', "found 'value', expected: ',' or 'end of string'"],
    [',a', "found ',', expected: !, identifier, or 'end of string'"],
  ])('refuses %j', (selector, message) => {
    expect(() => parseLabelSelector(selector)).toThrow(new Error(message));
  });

  it.each([
    ['b in (y,x),a', 'a,b in (x,y)'], ['!a', '!a'], ['a==b', 'a==b'], ['a>1', 'a>1'], ['a notin ()', 'a notin ()'],
  ])('%j prints as %j', (selector, text) => {
    expect(String(parseLabelSelector(selector))).toBe(text);
  });

  it('is made from an object, where none selects nothing and an empty one everything', () => {
    const selector = labelSelectorAsSelector({ matchLabels: { app: 'web' }, matchExpressions: [{ key: 'tier', operator: 'Exists' }] });
    expect(String(selector)).toBe('app=web,tier');
    expect(labelSelectorAsSelector(undefined).matches({})).toBe(false);
    expect(labelSelectorAsSelector({}).matches({})).toBe(true);
    expect(everythingLabels.empty).toBe(true);
    expect(() => labelSelectorAsSelector({ matchExpressions: [{ key: 'a', operator: 'Near' }] })).toThrow('"Near" is not a valid label selector operator');
    expect(() => labelSelectorAsSelector({ matchExpressions: [{ key: 'a', operator: 'constructor' }] })).toThrow('"constructor" is not a valid label selector operator');
    expect(labelSelectorFromSet({ a: 'no/label' }).toString()).toBe('a=no/label');
  });
});
