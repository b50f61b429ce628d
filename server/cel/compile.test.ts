import { expect, test } from 'vitest';
import { newEnvironment } from './environment.ts';
import { BOOL, formatType, structType, STRING } from './types.ts';

const user = structType('kubernetes.UserInfo', { username: STRING });
const env = newEnvironment({ variables: { claims: 'map(string, any)', list: 'list(int)', object: 'dyn', text: 'string', user } });
const START = "{'[', '{', '(', '.', '-', '!', 'true', 'false', 'null', NUM_FLOAT, NUM_INT, NUM_UINT, STRING, BYTES, IDENTIFIER}";

test.each([
  ['nope ==', 8, `Syntax error: mismatched input '<EOF>' expecting ${START}`],
  ['*a', 1, `Syntax error: extraneous input '*' expecting ${START}`],
  ['?', 1, `Syntax error: mismatched input '?' expecting ${START}`],
  ['text list', 6, "Syntax error: extraneous input 'list' expecting <EOF>"],
  ['text list text', 6, "Syntax error: mismatched input 'list' expecting <EOF>"],
  ['{1}', 3, "Syntax error: mismatched input '}' expecting ':'"],
  ['claims..sub', 8, "Syntax error: mismatched input '.' expecting {IDENTIFIER, ESC_IDENTIFIER}"],
  ['claims.`a.b`', 8, "unsupported syntax: '`'"],
  ['for', 1, 'reserved identifier: for'],
  ['9223372036854775808', 1, 'invalid int literal'],
  ['-1u', 1, "found no matching overload for '-_' applied to '(uint)'"],
  ['claims.map(1, x)', 12, 'argument is not an identifier'],
  ['claims.all(claims.sub, true)', 18, 'argument must be a simple name'],
  ['list.all(__result__, true)', 10, 'iteration variable overwrites accumulator variable'],
  ['list.all(i, i, true)', 13, 'duplicate variable name: i'],
  ['has(claims)', 5, 'invalid argument to has() macro'],
  ['nosuchvar == 1', 1, "undeclared reference to 'nosuchvar' (in container '')"],
  ['text.nosuchmethod()', 18, "undeclared reference to 'nosuchmethod' (in container '')"],
  ['false && nosuch', 10, "undeclared reference to 'nosuch' (in container '')"],
  ['1 + "a"', 3, "found no matching overload for '_+_' applied to '(int, string)'"],
  ['text.startsWith(1)', 16, "found no matching overload for 'startsWith' applied to 'string.(int)'"],
  ['true ? 1 : "a"', 6, "found no matching overload for '_?_:_' applied to '(bool, int, string)'"],
  ['[1, "a"]', 5, "expected type 'int' but found 'string'"],
  ['[claims.sub, "a"]', 14, "expected type 'any' but found 'string'"],
  ['{"a": 1, "b": "c"}', 15, "expected type 'int' but found 'string'"],
  ['list.all(x, x)', 13, "expected type 'bool' but found 'int'"],
  ['list.filter(x, x)', 12, "found no matching overload for '_?_:_' applied to '(int, list(int), list(int))'"],
  ['text.all(x, true)', 1, "expression of type 'string' cannot be range of a comprehension (must be list, map, or dynamic)"],
  ['text.sub', 5, "type 'string' does not support field selection"],
  ['user.nosuch', 5, "undefined field 'nosuch'"],
  ['{"a": 1}[2]', 9, "found no matching overload for '_[_]' applied to '(map(string, int), int)'"],
  ['text.matches("(")', 14, 'invalid matches argument'],
  ['duration("1 day")', 10, 'invalid duration argument'],
  ['optional.of(1) == optional.of("a")', 16, "found no matching overload for '_==_' applied to '(optional_type(int), optional_type(string))'"],
])('%s: what is wrong, and where', (expression, column, message) => {
  expect(() => env.compile(expression)).toThrow(`compilation failed: ERROR: <input>:1:${column}: ${message}`);
});

test('shows all that is wrong, with a caret below each', () => {
  expect(() => env.compile('object.foo ===')).toThrow(
    `compilation failed: ERROR: <input>:1:14: Syntax error: token recognition error at: '='\n | object.foo ===\n | .............^\nERROR: <input>:1:15: Syntax error: mismatched input '<EOF>' expecting ${START}\n | object.foo ===\n | ..............^`,
  );
  expect(() => env.compile('true &&\n  (a || b)')).toThrow("ERROR: <input>:2:4: undeclared reference to 'a' (in container '')\n |   (a || b)\n | ...^\nERROR: <input>:2:9: undeclared reference to 'b' (in container '')\n |   (a || b)\n | ........^");
});

test.each([
  ['claims.sub', 'any'],
  ['claims.sub == "x"', 'bool'],
  ['claims.sub + "x"', 'string'],
  ['claims.?sub', 'optional_type(any)'],
  ['claims.?sub.orValue("x")', 'any'],
  ['list.map(x, [x])', 'list(list(int))'],
  ['list[0]', 'int'],
  ['[]', 'list(dyn)'],
  ['{"a": [1.5]}', 'map(string, list(double))'],
  ['object.a[0].b', 'dyn'],
  ['type(1)', 'type(int)'],
  ['timestamp("2020-01-01T00:00:00Z") - timestamp("2019-01-01T00:00:00Z")', 'duration'],
  ['list.transformMap(i, x, string(x))', 'map(int, string)'],
  ['quantity("1k")', 'kubernetes.Quantity'],
  ['null', 'null'],
])('%s is of type %s', (expression, type) => {
  expect(formatType(env.compile(expression).resultType)).toBe(type);
});

test('refuses what is not of the type that is asked for', () => {
  expect(() => env.compile('claims.sub', [BOOL])).toThrow('must evaluate to bool');
  expect(() => env.compile('1', [BOOL, STRING])).toThrow('must evaluate to one of [bool string]');
  expect(env.compile('claims.sub == "a"', [BOOL]).resultType).toEqual(BOOL);
});

test('neither depth nor length of an expression brings the compiler down', () => {
  for (const expression of ['('.repeat(300) + '1' + ')'.repeat(300), '['.repeat(300), Array(300).fill('1').join('+'), `text${'.a'.repeat(300)}`, `${'('.repeat(200)}1${`${'+1'.repeat(200)})`.repeat(200)}`]) {
    expect(() => env.compile(expression)).toThrow('max recursion depth exceeded');
  }
  expect(() => env.compile('1'.repeat(100_001))).toThrow('expression code point size exceeds limit: size: 100001, limit 100000');
  expect(() => env.compile(`[${Array(30_000).fill('[]').join()}]`)).not.toThrow();
  expect(() => env.compile(Array(5000).fill('true').join(' && '))).not.toThrow();
});
