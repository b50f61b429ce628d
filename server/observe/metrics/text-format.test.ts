import { expect, test } from 'vitest';
import { KubeRegistry } from './registry.ts';
import { familiesToText, formatFloat } from './text-format.ts';
import { exponentialBuckets } from './series.ts';

const about = (name: string) => ({ name, help: `what ${name} says`, stabilityLevel: 'ALPHA' }) as const;
const shown = async (registry: KubeRegistry) => familiesToText(await registry.gather());

test.each([
  [0, '0'], [1, '1'], [-1, '-1'], [0.005, '0.005'], [0.0001, '0.0001'], [0.00001, '1e-05'], [5e-6, '5e-06'], [100_000, '100000'], [123_456.5, '123456.5'],
  [1_000_000, '1e+06'], [1_146_880, '1.14688e+06'], [1e21, '1e+21'], [1e-7, '1e-07'], [Infinity, '+Inf'], [-Infinity, '-Inf'], [NaN, 'NaN'],
])('%d is written as Go writes it: %s', (value, text) => {
  expect(formatFloat(value)).toBe(text);
});

test('families stand in the order of their names, series in that of their labels, labels in that of theirs', async () => {
  const registry = new KubeRegistry();
  const requests = registry.counterVec(about('b_total'), ['verb', 'code']);
  requests.withLabelValues('LIST', '200').inc();
  requests.withLabelValues('GET', '404').inc(2);
  requests.withLabelValues('GET', '200').inc(3);
  registry.gaugeVec({ ...about('a_now'), stabilityLevel: 'STABLE', deprecatedVersion: '1.34.0' }, []).withLabelValues().set(-1.5);
  expect(await shown(registry)).toBe(`# HELP a_now [STABLE] (Deprecated since 1.34.0) what a_now says
# TYPE a_now gauge
a_now -1.5
# HELP b_total [ALPHA] what b_total says
# TYPE b_total counter
b_total{code="200",verb="GET"} 3
b_total{code="200",verb="LIST"} 1
b_total{code="404",verb="GET"} 2
`);
});

test('a histogram counts each observation in all buckets that reach up to it, and sums', async () => {
  const registry = new KubeRegistry();
  const sizes = registry.histogramVec({ ...about('size'), buckets: [1, 2.5] }, ['kind']).withLabelValues('x');
  for (const value of [0.5, 1, 2, 10]) sizes.observe(value);
  expect((await shown(registry)).split('\n').slice(2)).toEqual([
    'size_bucket{kind="x",le="1"} 2', 'size_bucket{kind="x",le="2.5"} 3', 'size_bucket{kind="x",le="+Inf"} 4', 'size_sum{kind="x"} 13.5', 'size_count{kind="x"} 4', '',
  ]);
});

test('what a label or a help text holds does not end its line', async () => {
  const registry = new KubeRegistry();
  registry.counterVec({ ...about('x'), help: 'a\\b\n"c"' }, ['l']).withLabelValues('a\\b\n"c"').inc();
  expect(await shown(registry)).toBe('# HELP x [ALPHA] a\\\\b\\n"c"\n# TYPE x counter\nx{l="a\\\\b\\n\\"c\\""} 1\n');
});

test('a series without a value is not shown, and nothing is after a reset, until it counts again', async () => {
  const registry = new KubeRegistry();
  const series = registry.counterVec(about('x'), ['l']).withLabelValues('kept');
  expect(await shown(registry)).toBe('');
  series.inc(0);
  expect(await shown(registry)).toContain('x{l="kept"} 0\n');
  series.inc();
  registry.reset();
  expect(await shown(registry)).toBe('');
  series.inc();
  expect(await shown(registry)).toContain('x{l="kept"} 1\n');
});

test('a name is registered once', () => {
  const registry = new KubeRegistry();
  registry.counterVec(about('x'), []);
  expect(() => registry.gaugeVec(about('x'), [])).toThrow('metric "x" is registered twice');
});

test('exponential buckets', () => {
  expect(exponentialBuckets(1024, 2, 4)).toEqual([1024, 2048, 4096, 8192]);
});
