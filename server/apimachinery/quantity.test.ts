import { describe, expect, it } from 'vitest';
import { addQuantity, canonicalizeQuantity, compareQuantity, formatQuantity, isZeroQuantity, milliValue, parseQuantity } from './quantity.ts';

describe('a quantity', () => {
  it.each([
    ['0', '0'], ['1000m', '1'], ['0.5', '500m'], ['1500m', '1500m'], ['1.5', '1500m'], ['100m', '100m'], ['1', '1'],
    ['64Mi', '64Mi'], ['1024Mi', '1Gi'], ['1Gi', '1Gi'], ['1.5Gi', '1536Mi'], ['0.5Gi', '512Mi'], ['1000Ki', '1000Ki'],
    ['1e3', '1e3'], ['1E3', '1E3'], ['1.5e3', '1500'], ['12e6', '12e6'], ['1000', '1k'], ['1000k', '1M'],
    ['0.0001m', '100n'], ['0.1n', '1n'], ['-1500m', '-1500m'], ['-0.5', '-500m'], ['0.5Ki', '512'], ['8Ki', '8Ki'],
    ['9223372036854775807', '9223372036854775807'], ['100Ei', '9223372036854775807'], ['0.1Ki', '102400m'],
  ])('%s is written as %s', (text, canonical) => {
    expect(canonicalizeQuantity(text)).toBe(canonical);
  });

  it('may be a JSON number', () => {
    expect(canonicalizeQuantity(0.25)).toBe('250m');
  });

  it.each([
    ['', "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'"],
    ['abc', "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'"],
    ['1 Gi', "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'"],
    ['1mm', "unable to parse quantity's suffix"],
  ])('refuses %j', (text, message) => {
    expect(() => parseQuantity(text)).toThrow(message);
  });

  it.each([
    ['1e-2147483648', '1e-9'], ['1e2147483647', '10e2147483646'], ['1e9999999999999999999', "unable to parse quantity's suffix"],
    ['9'.repeat(10 ** 6), 'unable to parse numeric part of quantity'], [`${'1'.repeat(10 ** 6)}x`, 'quantities must match'], [`${'0'.repeat(10 ** 6)}x`, 'quantities must match'],
  ])('takes no time for digits and exponents without measure: %.30s', (text, expected) => {
    const told = () => {
      try {
        return canonicalizeQuantity(text);
      } catch (err) {
        return String(err);
      }
    };
    expect(told()).toContain(expected);
  });

  it('of any size is compared, and scaled', () => {
    expect(compareQuantity('1e2147483647', '1')).toBe(1);
    expect(compareQuantity('-1e2147483647', '1e2147483646')).toBe(-1);
    expect(milliValue(parseQuantity('1e2147483647'))).toBe(Infinity);
  });

  it.each([['1', '1000m', 0], ['1Gi', '1G', 1], ['1m', '1', -1], ['-1', '0', -1]])('compares %s with %s', (a, b, order) => {
    expect(compareQuantity(a, parseQuantity(b))).toBe(order);
  });

  it('adds in the format of the first that is not zero', () => {
    expect(formatQuantity(addQuantity(parseQuantity('0'), parseQuantity('1Gi')))).toBe('1Gi');
    expect(formatQuantity(addQuantity(parseQuantity('1Gi'), parseQuantity('1Gi')))).toBe('2Gi');
    expect(milliValue(parseQuantity('250m'))).toBe(250);
    expect(isZeroQuantity('0m')).toBe(true);
  });
});
