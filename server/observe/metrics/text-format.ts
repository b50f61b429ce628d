/**
 * Families of metrics as Prometheus' text.
 *
 * Upstream: github.com/prometheus/common/expfmt/text_create.go; help begins with the stability, as in
 * k8s.io/component-base/metrics/opts.go.
 */
import type { Sample } from './series.ts';
import type { MetricFamily, MetricOpts } from './vectors.ts';

export function familiesToText(families: readonly MetricFamily[]): string {
  return families.map(familyToText).join('');
}

function familyToText(family: MetricFamily): string {
  const { opts, type, labelNames } = family;
  const { name } = opts;
  // labels stand in the order of their names, series in that of their labels
  const order = labelNames.map((label, i) => ({ label, i })).sort((a, b) => (a.label < b.label ? -1 : 1));
  const series = family.series().map(({ labelValues, samples }) => ({ values: order.map(({ i }) => labelValues[i] ?? ''), samples }));
  series.sort((a, b) => compareLists(a.values, b.values));
  const lines = series.flatMap(({ values, samples }) => {
    const labels = order.map(({ label }, i) => `${label}="${escapeLabel(values[i]!)}"`);
    return samples.map((sample) => sampleToText(name, labels, sample));
  });
  return `# HELP ${name} ${escapeHelp(helpOf(opts))}\n# TYPE ${name} ${type}\n${lines.join('')}`;
}

function sampleToText(name: string, labels: readonly string[], { suffix, le, value }: Sample): string {
  const all = le === undefined ? labels : [...labels, `le="${formatFloat(le)}"`];
  return `${name}${suffix}${all.length > 0 ? `{${all.join(',')}}` : ''} ${formatFloat(value)}\n`;
}

function helpOf({ help, stabilityLevel, deprecatedVersion }: MetricOpts): string {
  if (stabilityLevel === undefined) return help;
  return `[${stabilityLevel}] ${deprecatedVersion === undefined ? '' : `(Deprecated since ${deprecatedVersion}) `}${help}`;
}

/** As Go's strconv writes a number by 'g': with an exponent below 1e-4, and from seven digits before the point on. */
export function formatFloat(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? '+Inf' : '-Inf';
  const [digits = '', exponent = ''] = value.toExponential().split('e');
  const power = Number(exponent);
  if (power >= -4 && power < 6) return String(value);
  return `${digits}e${power < 0 ? '-' : '+'}${String(Math.abs(power)).padStart(2, '0')}`;
}

function escapeHelp(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');
}

function escapeLabel(value: string): string {
  return escapeHelp(value).replaceAll('"', '\\"');
}

function compareLists(a: readonly string[], b: readonly string[]): number {
  const i = a.findIndex((value, i) => value !== b[i]);
  return i < 0 ? 0 : a[i]! < b[i]! ? -1 : 1;
}
