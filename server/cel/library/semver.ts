/**
 * `semver('1.2.3').isLessThan(semver('1.10.0'))`.
 *
 * Upstream: k8s.io/apiserver/pkg/cel/library/semverlib.go over github.com/blang/semver.
 */
import { func, method } from '../functions.ts';
import type { Overload } from '../functions.ts';
import { EvaluationError } from '../source.ts';
import { opaqueType } from '../types.ts';
import { compare, Opaque } from '../values.ts';
import type { Value } from '../values.ts';

const NAME = 'kubernetes.Semver';
const type = opaqueType(NAME);
const PARTS = ['Major', 'Minor', 'Patch'] as const;

class Semver extends Opaque {
  readonly type = type;
  readonly numbers: readonly bigint[];
  /** What comes before the release; a release has none. */
  readonly pre: readonly (bigint | string)[];
  constructor(numbers: readonly bigint[], pre: readonly (bigint | string)[]) {
    super();
    this.numbers = numbers;
    this.pre = pre;
  }
  equals(other: Opaque): boolean {
    return other instanceof Semver && compareVersions(this, other) === 0;
  }
}

function parse(text: string): Semver {
  const bad = (why: string) => new EvaluationError(why);
  if (text === '') throw bad('Version string empty');
  const [, core = '', pre, build] = /^([^+-]*)(?:-([^+]*))?(?:\+(.*))?$/s.exec(text) ?? [];
  const numbers = core.split('.');
  if (numbers.length !== 3) throw bad('No Major.Minor.Patch elements found');
  for (const [i, number] of numbers.entries()) {
    if (!/^\d+$/.test(number)) throw bad(`Invalid character(s) found in ${PARTS[i]?.toLowerCase()} number "${number}"`);
    if (number.length > 1 && number.startsWith('0')) throw bad(`${PARTS[i]} number must not contain leading zeroes "${number}"`);
  }
  const before = pre?.split('.') ?? [];
  for (const part of before) {
    if (part === '') throw bad('Prerelease is empty');
    if (!/^[0-9A-Za-z-]+$/.test(part)) throw bad(`Invalid character(s) found in prerelease "${part}"`);
    if (/^0\d+$/.test(part)) throw bad(`Numeric PreRelease version must not contain leading zeroes "${part}"`);
  }
  for (const part of build?.split('.') ?? []) {
    if (part === '') throw bad('Build meta data is empty');
    if (!/^[0-9A-Za-z-]+$/.test(part)) throw bad(`Invalid character(s) found in build meta data "${part}"`);
  }
  return new Semver(numbers.map(BigInt), before.map((part) => (/^\d+$/.test(part) ? BigInt(part) : part)));
}

/** `v1.02` as `1.2.0`. */
function normalize(text: string): string {
  const [major = '', minor, ...patch] = text.replace(/^v/, '').split('.');
  const parts = [major, ...(minor === undefined ? [] : [minor]), ...(patch.length === 0 ? [] : [patch.join('.')])].map((part) => (part.length > 1 ? part.replace(/^0+(?=\d)/, '').replace(/^0+(?=\D)/, '0') : part));
  if (parts.length < 3 && /[+-]/.test(parts.at(-1) ?? '')) throw new EvaluationError('short version cannot contain PreRelease/Build meta data');
  return [...parts, '0', '0'].slice(0, Math.max(3, parts.length)).join('.');
}

function takes(text: string): boolean {
  try {
    parse(text);
    return true;
  } catch {
    return false;
  }
}

function takesNormalized(text: string, normalized: boolean): boolean {
  try {
    return takes(normalized ? normalize(text) : text);
  } catch {
    return false;
  }
}

function compareVersions(a: Semver, b: Semver): number {
  for (const [i, number] of a.numbers.entries()) {
    const other = b.numbers[i] ?? 0n;
    if (number !== other) return number < other ? -1 : 1;
  }
  if (a.pre.length === 0 || b.pre.length === 0) return Math.sign(b.pre.length - a.pre.length);
  for (const [i, part] of a.pre.entries()) {
    const other = b.pre[i];
    if (other === undefined) return 1;
    if (part !== other) return typeof part === typeof other ? Math.sign(compare(part, other) ?? 0) : typeof part === 'bigint' ? -1 : 1;
  }
  return a.pre.length < b.pre.length ? -1 : 0;
}

/** An overload is called only with versions where it asks for them. */
function version(value: Value): Semver {
  if (!(value instanceof Semver)) throw new EvaluationError('no such overload');
  return value;
}

const texts = (text: string) => text.length / 10;
const number = (name: string, index: number) => method(name, [NAME], 'int', (a) => version(a).numbers[index] ?? 0n);

export const semvers: readonly Overload[] = [
  func('semver', ['string'], NAME, parse, texts),
  func('semver', ['string', 'bool'], NAME, (text, normalized) => parse(normalized ? normalize(text) : text), texts),
  func('isSemver', ['string'], 'bool', takes, texts),
  func('isSemver', ['string', 'bool'], 'bool', takesNormalized, texts),
  method('isGreaterThan', [NAME, NAME], 'bool', (a, b) => compareVersions(version(a), version(b)) > 0),
  method('isLessThan', [NAME, NAME], 'bool', (a, b) => compareVersions(version(a), version(b)) < 0),
  method('compareTo', [NAME, NAME], 'int', (a, b) => BigInt(compareVersions(version(a), version(b)))),
  number('major', 0),
  number('minor', 1),
  number('patch', 2),
];
