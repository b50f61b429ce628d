import { describe, expect, test } from 'vitest';
import { newEvaluator } from './testing.ts';

const evaluate = newEvaluator(
  { variables: { claims: 'map(string, any)', list: 'list(int)', object: 'dyn', n: 'int', x: 'double', since: 'timestamp', none: 'dyn' } },
  { claims: { sub: 'jane', groups: ['a', 'b'], verified: true, exp: 5, nested: { 'a.b': [1] }, nothing: null }, list: [3, 1, 2], object: { spec: { replicas: 2, cpu: 0.5 } }, n: 7, x: 2, since: '2020-02-03T04:05:06.7Z', none: null },
);

describe.each([
  ['operators', [['1 + 2 * 3 - 4 / 2 % 3', 5n], ['7 / -2', -3n], ['-7 % 3', -1n], ['5u - 3u == 2u', true], ['1.5 + 2.5', 4], ['"a" + "b"', 'ab'], ['[1] + [2]', [1n, 2n]], ['!true', false], ['--n', 7n], ['-n', -7n], ['0x1F', 31n], ['1 in list', true], ['"sub" in claims', true], ['true ? "a" : "b"', 'a']]],
  ['comparisons across numbers', [['dyn(1) == 1.0', true], ['1u < 2', true], ['2.5 > 2', true], ['9007199254740993 > 9007199254740992', true], ['"a" < "b"', true], ['"\\U0001F600" > "\\uffff"', true], ['[dyn(1), dyn(2)] == [dyn(1.0), dyn(2u)] && 1 != dyn("1")', true], ['{"a": dyn(1)} == {"a": dyn(1u)}', true], ['dyn(1) == "1"', false], ['0.0 / 0.0 == 0.0 / 0.0', false], ['dyn(9223372036854775807) < 9223372036854775808.0', false], ['1.0 / 0.0 > 1.0', true]]],
  ['logic takes an error only where nothing else decides', [['false && claims.no == 1', false], ['claims.no == 1 && false', false], ['true || claims.no == 1', true], ['claims.no == 1 || true', true], ['list.exists(i, claims.no == i || i == 2)', true], ['list.all(i, i != 2 && 1 / (i - 1) > -1)', false]]],
  ['macros', [['list.all(i, i > 0)', true], ['list.exists(i, i > 2)', true], ['list.exists_one(i, i > 2)', true], ['list.existsOne(i, i > 1)', false], ['list.map(i, i * 2)', [6n, 2n, 4n]], ['list.map(i, i > 1, i * 2)', [6n, 4n]], ['list.filter(i, i > 1)', [3n, 2n]], ['claims.filter(k, k.startsWith("s"))', ['sub']], ['list.map(i, list.map(j, i * j)).size()', 3n], ['list.sortBy(i, -i)', [3n, 2n, 1n]], ['has(claims.sub) && !has(claims.no)', true], ['has(claims.nothing)', true]]],
  ['macros of two variables', [['list.transformList(i, v, i * v)', [0n, 1n, 4n]], ['list.all(i, v, i < 3 && v > 0)', true], ['list.exists(i, v, i == v)', true], ['{"a": 1, "b": 2}.transformMap(k, v, v > 1, k + "!")', new Map([['b', 'b!']])], ['["x"].transformMapEntry(i, v, {v: i})', new Map([['x', 0n]])], ['list.existsOne(i, v, i == v)', false]]],
  ['optionals', [['claims.?no.orValue("x")', 'x'], ['claims.?sub.orValue("x")', 'jane'], ['claims.?nested.?no.hasValue()', false], ['claims[?"sub"].value()', 'jane'], ['list[?9].or(list[?0]).value()', 3n], ['[1, ?optional.none(), 2, ?optional.of(3)]', [1n, 2n, 3n]], ['[[], [1]].size()', 2n], ['{?"a": claims.?sub, ?"b": claims.?no}', new Map([['a', 'jane']])], ['claims.?sub.optMap(s, s + "!").value()', 'jane!'], ['optional.none().optMap(i, i + 1).hasValue()', false], ['optional.of(1).optFlatMap(i, optional.none()).hasValue()', false], ['optional.ofNonZeroValue("").hasValue()', false], ['claims.?nothing.hasValue()', true], ['optional.of([0])[?0].value()', 0n], ['claims.?sub.orValue(claims.no)', 'jane'], ['list.first().value() + list.last().value()', 5n]]],
  ['values of JSON', [['claims.exp == 5 && type(claims.exp) == double', true], ['type(object.spec.replicas) == int', true], ['object.spec.cpu', 0.5], ['n + 1', 8n], ['claims.exp + 1.0', 6], ['x / 4.0', 0.5], ['since.getFullYear()', 2020n], ['claims.nested["a.b"][0] == 1', true], ['none == null', true], ['type(type) == type', true], ['claims.nothing == null', true]]],
  ['conversions', [['int("42") + int(4.9) + int(3u)', 49n], ['string(1.0) + string(true) + string(1e21) + string(b"x")', '1true1e+21x'], ['bool("T")', true], ['double("1.5e3")', 1500], ['string(timestamp(0))', '1970-01-01T00:00:00Z'], ['string(duration("90m1.5s"))', '5401.5s'], ['int(timestamp("2020-01-01T00:00:00+01:00"))', 1577833200n], ['type(b"\\xff")  == bytes', true], ['uint(3)', { value: 3n }]]],
  ['times', [['since.getMonth()', 1n], ['since.getDate()', 3n], ['since.getDayOfMonth()', 2n], ['since.getDayOfYear()', 33n], ['since.getDayOfWeek()', 1n], ['since.getMilliseconds()', 700n], ['since.getHours("+02:30")', 6n], ['since.getHours("Asia/Tokyo")', 13n], ['duration("90m").getHours()', 1n], ['since + duration("1h") > since', true]]],
  ['literals', [[`"\\u00e9\\t\\x41\\101" == 'é\tAA'`, true], [`r"\\d" + '''a'b'''`, "\\da'b"], ['b"é".size()', 2n], ['"é😀".size()', 2n], ['1e3', 1000], ['.5', 0.5]]],
] as [string, [string, unknown][]][])('%s', (_name, cases) => {
  test.each(cases)('%s', (expression, expected) => {
    expect(evaluate(expression)).toEqual(expected);
  });
});

test.each([
  ['claims.no', 'no such key: no'],
  ['claims.sub.no', 'no such overload'],
  ['list[9]', 'index out of bounds: 9'],
  ['{1: 2}[3]', 'no such key: 3'],
  ['dyn(1) + "a"', 'no such overload'],
  ['dyn(1).startsWith("a")', 'no such overload: startsWith(int, string)'],
  ['1 / 0', 'division by zero'],
  ['1 % 0', 'modulus by zero'],
  ['9223372036854775807 + 1', 'integer overflow'],
  ['1u - 2u', 'unsigned integer overflow'],
  ['int("x")', 'strconv.ParseInt: parsing "x": invalid syntax'],
  ['claims.sub && true', 'no such overload'],
  ['claims.no == 1 && true', 'no such key: no'],
  ['{"a": 1, "a": 2}', 'Failed with repeated key'],
  ['claims.?nothing.no.hasValue()', 'no such overload'],
  ['optional.none().value()', 'optional.none() dereference'],
  ['timestamp(253402300800)', 'timestamp overflow'],
  ['timestamp("0001-01-01T00:00:00Z") - duration("1ns")', 'timestamp overflow'],
  ['int(9223372036854775807.0)', 'integer overflow'],
  ['uint(-1.0)', 'unsigned integer overflow'],
  ['0.0 / 0.0 < 1.0', 'NaN values cannot be ordered'],
])('%s fails: %s', (expression, message) => {
  expect(() => evaluate(expression)).toThrow(message);
});

test.each([
  'lists.range(100).map(a, lists.range(100).map(b, lists.range(100).map(c, lists.range(100))))',
  'lists.range(10000000)',
  'lists.range(30).map(i, "ab").join().matches("(a|b)*(a|b)*c") || lists.range(999999).all(i, i >= 0)',
  '"abcdefghij".replace("", "abcdefghij").replace("", "abcdefghij").replace("", "abcdefghij").replace("", "abcdefghij").replace("", "abcdefghij").replace("", "abcdefghij").replace("", "abcdefghij")',
  'lists.range(900000).all(i, true) || true || lists.range(900000).all(i, true)',
])('%s is ended when it has cost too much', (expression) => {
  expect(() => evaluate(expression)).toThrow('operation cancelled: actual cost limit exceeded');
});
