import { describe, expect, it } from 'vitest';
import { newScheme } from '../scheme.ts';
import { newCodecFactory } from './codec-factory.ts';

const yaml = newCodecFactory(newScheme()).serializerFor('application/yaml')!;
const configMap = { group: '', version: 'v1', kind: 'ConfigMap' };
const decode = (body: string, strict = false) => yaml.decode(new TextEncoder().encode(body), { strict, defaults: configMap });
const encode = (obj: object) => new TextDecoder().decode(yaml.encode({ kind: 'X', apiVersion: 'v1', ...obj }));

describe('reading YAML', () => {
  it('knows comments, block text and the booleans of YAML 1.1, keys too', () => {
    const body = 'apiVersion: v1\nkind: ConfigMap\n# a comment\nmetadata:\n  name: yam\ndata:\n  text: |\n    one\n    two\n  n: "5"\n';
    expect(decode(body).object).toEqual({ kind: 'ConfigMap', apiVersion: 'v1', metadata: { name: 'yam' }, data: { false: '5', text: 'one\ntwo\n' } });
  });

  it('reads JSON, anchors, merge keys and the first of several documents', () => {
    expect(decode('{"metadata":{"name":"j"}}').object.metadata.name).toBe('j');
    expect(decode('metadata: &m {name: a}\ndata:\n  <<: *m\n  k: v\n').object.data).toEqual({ name: 'a', k: 'v' });
    expect(decode('metadata: {name: a}\n---\nmetadata: {name: b}\n').object.metadata.name).toBe('a');
  });

  it('takes times and clock times for text', () => {
    expect(decode('data: {a: 2001-01-01, b: 12:30, c: 2001-12-14T21:59:43Z}').object.data).toEqual({ a: '2001-01-01', b: '12:30', c: '2001-12-14T21:59:43Z' });
  });

  it.each([
    ['apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: [oops\n', "yaml: line 4: did not find expected ',' or ']'"],
    ['a: b: c\n', 'yaml: mapping values are not allowed in this context'],
    ['x: y\na: b: c\n', 'yaml: line 2: mapping values are not allowed in this context'],
    ['x: [oops', "yaml: line 1: did not find expected ',' or ']'"],
    ['key: [a, b}\n', "yaml: did not find expected ',' or ']'"],
    ['\tx: y\n', 'yaml: found character that cannot start any token'],
    ['x: y\n\ta: b\n', 'yaml: line 2: found a tab character that violates indentation'],
    ['data:\n\ta: b\n', 'yaml: line 2: found character that cannot start any token'],
    ['data: *nobody\n', "yaml: unknown anchor 'nobody' referenced"],
    ['data: {on: yes, n: 1}\n', 'json: cannot unmarshal number into Go struct field ConfigMap.data of type string'],
    ['hello', 'couldn\'t get version/kind; json parse error: json: cannot unmarshal string into Go value of type struct { APIVersion string "json:\\"apiVersion,omitempty\\""; Kind string "json:\\"kind,omitempty\\"" }'],
  ])('refuses %j', (body, message) => {
    expect(() => decode(body)).toThrow(message);
  });

  it('does not unfold a bomb of aliases', () => {
    const levels = Array.from({ length: 30 }, (_, i) => `a${i}: &a${i} [${Array(10).fill(i === 0 ? 'x' : `*a${i - 1}`).join(', ')}]`);
    expect(() => decode(levels.join('\n'))).toThrow('yaml: document contains excessive aliasing');
  });

  it('reports keys that a map has twice, and unknown fields, when it is strict', () => {
    const body = 'metadata:\n  name: a\n  name: b\nfoo: 1\nfoo: 2\n';
    const inTheirOrder = 'yaml: unmarshal errors:\n  line 3: key "name" already set in map\n  line 5: key "foo" already set in map';
    expect(decode(body, true).strictErrors).toEqual([inTheirOrder, 'unknown field "foo"']);
    expect(decode(body).object.metadata.name).toBe('b');
  });
});

describe('writing YAML', () => {
  it.each([
    [{ b: 1, a: { d: [], c: {} } }, 'a:\n  c: {}\n  d: []\napiVersion: v1\nb: 1\nkind: X\n'],
    [{ list: [{ b: 1, a: 2 }, 'x'] }, 'apiVersion: v1\nkind: X\nlist:\n- a: 2\n  b: 1\n- x\n'],
    [{ t: '2024-01-01T00:00:00Z', n: '12', y: 'yes', e: '' }, 'apiVersion: v1\ne: ""\nkind: X\n"n": "12"\nt: "2024-01-01T00:00:00Z"\n"y": "yes"\n'],
    [{ t: 'one\ntwo\n' }, 'apiVersion: v1\nkind: X\nt: |\n  one\n  two\n'],
    [{ '-': 1, a10: 1, a2: 1, Z: 1, _: 1, 10: 1, 2: 1, 'x-y': 1, xy: 1 }, `'-': 1\n_: 1\n"2": 1\n"10": 1\nZ: 1\na2: 1\na10: 1\napiVersion: v1\nkind: X\nx-y: 1\nxy: 1\n`],
  ])('sorts keys and quotes what would be read as something else: %j', (obj, text) => {
    expect(encode(obj)).toBe(text);
  });

  it.each<[string, string]>([
    ['a: b', "'a: b'"], ['a:b', 'a:b'], ['a #b', "'a #b'"], ['-', "'-'"], ['-a', '-a'], ['?', "'?'"], ["it's", "it's"], ["'", "''''"], [' a', "' a'"], ['a ', "'a '"], ['---', "'---'"],
    ['No', '"No"'], ['~', '"~"'], ['.Inf', '".Inf"'], ['0o7', '"0o7"'], ['1_000', '"1_000"'], ['12:30', '"12:30"'], ['1e3', '"1e3"'], ['1e', '1e'], ['0xg', '0xg'], ['2001-1-1', '"2001-1-1"'], ['2001-02-30', '2001-02-30'],
    ['<<', '<<'], ['a\tb', '"a\\tb"'], ['\u00e9', '\u00e9'], ['\u{1f600}', '"\\U0001F600"'], ['a\\b', 'a\\b'],
    ['a\nb', '|-\n  a\n  b'], ['a\n\n', '|+\n  a\n'], [' a\nb\n', '|2\n   a\n  b'], ['a \nb', '"a \\nb"'], ['a\nb ', '"a\\nb "'],
    [`${'word '.repeat(20)}end`, `${'word '.repeat(15)}word\n  word word word word end`],
    [`#${' word'.repeat(20)}`, `'#${' word'.repeat(15)} word\n  word word word word'`],
    [`\t${'word   '.repeat(15)}end`, `"\\t${'word   '.repeat(11)}word\n  \\  word   word   word   end"`],
  ])('writes the text %j as %s', (text, yaml) => {
    expect(encode({ t: text })).toBe(`apiVersion: v1\nkind: X\nt: ${yaml}\n`);
  });

  it('writes a key that is too long for a line behind a question mark', () => {
    const key = 'k'.repeat(129);
    expect(encode({ [key]: { a: 1 }, z: [[1, {}], []] })).toBe(`apiVersion: v1\nkind: X\n? ${key}\n: a: 1\nz:\n- - 1\n  - {}\n- []\n`);
  });

  it.each([[1.5, '1.5'], [1234567.5, '1.2345675e+06'], [0.00001, '1e-05'], [12345678, '12345678']])('writes the number %j as %s', (n, yaml) => {
    expect(encode({ n })).toContain(`\n"n": ${yaml}\n`);
  });

  it('has no form for a watch', () => {
    expect(yaml.streamMediaType).toBeUndefined();
    expect(() => yaml.encodeWatchEvent('ADDED', new Uint8Array())).toThrow('no form');
  });
});
