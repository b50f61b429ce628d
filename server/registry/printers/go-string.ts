/**
 * How Go prints a LabelSelector, which one column shows.
 *
 * Upstream: the String methods of k8s.io/apimachinery/pkg/apis/meta/v1/generated.pb.go.
 */
import { list, record, text, texts } from './fields.ts';

export function goLabelSelector(selector: unknown): string {
  const labels = record(selector, 'matchLabels');
  const pairs = Object.keys(labels).sort().map((key) => `${key}: ${String(labels[key])},`);
  const expressions = list(selector, 'matchExpressions').map(
    (each) => `LabelSelectorRequirement{Key:${text(each, 'key')},Operator:${text(each, 'operator')},Values:[${texts(each, 'values').join(' ')}],},`,
  );
  return `&LabelSelector{MatchLabels:map[string]string{${pairs.join('')}},MatchExpressions:[]LabelSelectorRequirement{${expressions.join('')}},}`;
}
