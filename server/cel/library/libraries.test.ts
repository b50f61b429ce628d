import { describe, expect, test } from 'vitest';
import { newEvaluator } from '../testing.ts';

const evaluate = newEvaluator({ variables: {} }, {});

describe.each([
  ['strings', [['"tacocat".indexOf("ac", 2)', -1n], ['"tacocat".indexOf("o")', 3n], ['"tacocat".lastIndexOf("c")', 4n], ['"tacocat".charAt(1)', 'a'], ['"é😀x".substring(1, 2)', '😀'], ['"a,b,c".split(",", 2)', ['a', 'b,c']], ['"abc".split("")', ['a', 'b', 'c']], ['["a", "b"].join("-")', 'a-b'], ['"aXbX".replace("X", "$&", 1)', 'a$&bX'], ['"TacoÉ".lowerAscii()', 'tacoÉ'], ['"taco".upperAscii()', 'TACO'], ['"  a b\\n".trim()', 'a b'], ['strings.quote("a\\n\\"")', '"a\\n\\""'], ['"".contains("")', true]]],
  ['formats', [['"%s is %d, %.2f, %x, %b, %o, %%".format(["a", 10, 1.005, 255, 5, 8])', 'a is 10, 1.00, ff, 101, 10, %'], ['"%s %s %s".format([[1, "a"], {"b": 1, "a": 2.5}, null])', '[1, a] {a: 2.5, b: 1} null'], ['"%e %X".format([1234.5, "hi"])', '1.234500e+03 6869'], ['"%s".format([duration("1h")])', '3600s'], ['"%.0f %.0f %.1f %.2f".format([2.5, -3.5, 0.25, 2.675])', '2 -4 0.2 2.67']]],
  ['regular expressions', [['"abc123def".find("[0-9]+")', '123'], ['"a1b22c".findAll("[0-9]+")', ['1', '22']], ['"a1b22c".findAll("[0-9]+", 1)', ['1']], ['"abc".find("x")', ''], ['"foobar".matches("o+b")', true]]],
  ['lists', [['[1, 2, 2].isSorted()', true], ['["b", "a"].isSorted()', false], ['[1, 2, 3].sum()', 6n], ['[1.5, 2.0].sum()', 3.5], ['[duration("1m"), duration("1s")].sum() == duration("61s")', true], ['[3, 1].min() + [3, 1].max()', 4n], ['["a", "b", "a"].indexOf("a") + ["a", "b", "a"].lastIndexOf("a")', 2n], ['[1, 2, 3].slice(1, 3)', [2n, 3n]], ['[[1], [2, 3]].flatten()', [1n, 2n, 3n]], ['[dyn(1), dyn([dyn(2), dyn([3])])].flatten(2)', [1n, 2n, 3n]], ['[3, 1, 2].sort()', [1n, 2n, 3n]], ['[1, 2].reverse()', [2n, 1n]], ['[dyn(1), dyn(1.0), dyn(2)].distinct()', [1n, 2n]], ['lists.range(3)', [0n, 1n, 2n]]]],
  ['sets', [['sets.contains([1, 2, 3], [3, 1])', true], ['sets.equivalent([1, 2], [2, 1, 1])', true], ['sets.intersects(["a"], ["b"])', false]]],
  ['quantities', [['quantity("1.5Gi").isGreaterThan(quantity("1G"))', true], ['quantity("50k") == quantity("50000")', true], ['quantity("1").compareTo(quantity("1000m"))', 0n], ['quantity("5k").add(5).asInteger()', 5005n], ['quantity("5k").sub(quantity("4k")).sub(1).asInteger()', 999n], ['quantity("1500m").isInteger()', false], ['quantity("1500m").asApproximateFloat()', 1.5], ['quantity("-2").sign()', -1n], ['isQuantity("5 k")', false]]],
  ['addresses', [['ip("10.0.0.1").family()', 4n], ['string(ip("2001:DB8::1"))', '2001:db8::1'], ['ip.isCanonical("2001:DB8::1")', false], ['isIP("::ffff:1.2.3.4")', false], ['ip("127.0.0.1").isLoopback() && ip("::1").isLoopback()', true], ['ip("169.254.1.1").isLinkLocalUnicast() && ip("fe80::1").isLinkLocalUnicast()', true], ['ip("224.0.0.5").isLinkLocalMulticast() && ip("ff02::1").isLinkLocalMulticast()', true], ['ip("8.8.8.8").isGlobalUnicast() && !ip("255.255.255.255").isGlobalUnicast()', true], ['ip("0.0.0.0").isUnspecified()', true], ['type(ip("::1")) == net.IP', true]]],
  ['ranges', [['cidr("10.0.0.0/8").containsIP("10.9.8.7")', true], ['cidr("10.0.0.0/8").containsIP(ip("11.0.0.1"))', false], ['cidr("10.0.0.0/8").containsCIDR("10.1.0.0/16") && cidr("10.0.0.0/8").containsCIDR(cidr("10.0.0.0/8"))', true], ['cidr("10.1.0.0/16").containsCIDR("10.0.0.0/8")', false], ['string(cidr("10.1.2.3/8").masked())', '10.0.0.0/8'], ['string(cidr("10.1.2.3/8").ip())', '10.1.2.3'], ['cidr("::/64").prefixLength()', 64n], ['isCIDR("10.0.0.1")', false]]],
  ['versions', [['semver("1.2.3").isLessThan(semver("1.10.0"))', true], ['semver("1.0.0").compareTo(semver("1.0.0-rc.1"))', 1n], ['semver("1.0.0-alpha.1").isLessThan(semver("1.0.0-alpha.beta"))', true], ['semver("v1.02", true).minor()', 2n], ['isSemver("v1.0", true) && !isSemver("v1.0")', true], ['semver("1.2.3").major() + semver("1.2.3").patch()', 4n], ['semver("1.0.0+a") == semver("1.0.0+b")', true]]],
  ['named formats', [['format.dns1123Label().validate("my-name").hasValue()', false], ['format.dns1123Label().validate("My-name").value()', ["a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')"]], ['format.dns1123LabelPrefix().validate("my-").hasValue()', false], ['format.named("uuid").value().validate("x").value()', ['does not match the UUID format']], ['format.named("none").hasValue()', false], ['format.date().validate("2020-02-30").value()', ['invalid date']], ['format.datetime().validate("2020-02-03T04:05:06Z").hasValue()', false], ['format.byte().validate("a===").value()', ['invalid base64']], ['format.uri().validate("x").value()', ['parse "x": invalid URI for request']]]],
  ['URLs', [['url("https://user:pass@example.com:80/a b?k=1&k=2#f").getHost()', 'example.com:80'], ['url("https://[::1]:80/").getHostname()', '::1'], ['url("https://example.com:80/").getPort()', '80'], ['url("/path").getScheme()', ''], ['url("https://example.com/path with spaces/").getEscapedPath()', '/path%20with%20spaces/'], ['url("https://example.com").getEscapedPath()', ''], ['url("https://example.com/?k=1&k=2").getQuery()["k"]', ['1', '2']], ['isURL("../relative") || isURL("https://a:b:c/") || isURL("")', false], ['url("HTTPS://x/").getScheme()', 'https']]],
] as [string, [string, unknown][]][])('%s', (_name, cases) => {
  test.each(cases)('%s', (expression, expected) => {
    expect(evaluate(expression)).toEqual(expected);
  });
});

test.each([
  ['"abc".charAt(4)', 'index out of range: 4'],
  ['"abc".substring(2, 1)', 'invalid substring range. start: 2, end: 1'],
  ['"%d".format(["a"])', 'error during formatting: decimal clause can only be used on integers, was given string'],
  ['"%s".format([])', 'index 0 out of range'],
  ['"abc".find("(" + "")', 'missing closing )'],
  ['[].min()', 'min called on empty list'],
  ['[1].slice(0, 2)', 'cannot slice(0, 2), list is length 1'],
  ['quantity("five")', "quantities must match the regular expression"],
  ['quantity("1500m").asInteger()', 'cannot convert value to integer'],
  ['ip("::ffff:1.2.3.4")', 'IPv4-mapped IPv6 address "::ffff:1.2.3.4" is not allowed'],
  ['ip("fe80::1%eth0")', 'IP address "fe80::1%eth0" with zone value is not allowed'],
  ['cidr("10.0.0.1")', 'network address parse error during conversion from string'],
  ['semver("1.02.3")', 'Minor number must not contain leading zeroes "02"'],
  ['semver("1.0")', 'No Major.Minor.Patch elements found'],
  ['url("../a")', 'URL parse error during conversion from string: parse "../a": invalid URI for request'],
])('%s fails: %s', (expression, message) => {
  expect(() => evaluate(expression)).toThrow(message);
});

test('a pattern that would keep other engines busy is quick', () => {
  expect(evaluate(`"${'a'.repeat(2000)}".matches("(a+)+$b")`)).toBe(false);
});
