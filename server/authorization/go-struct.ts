/**
 * The forms of configuration files and webhooks' answers, which no API serves, for the decoder that speaks Go's words.
 */
import type { Field, GoType, StructType } from '../apimachinery/serializer/typed/go-type.ts';

type Shape = 'string' | 'bool' | 'raw' | GoType | readonly [Shape];

/** `structOf('v1.WebhookConnectionInfo', { type: 'string', kubeConfigFile: 'string' })`; what is absent is undefined. */
export function structOf(goName: string, shapes: Record<string, Shape>): StructType {
  const fields = Object.entries(shapes).map(([name, shape], index): Field => ({ name, index, type: typeOf(shape), pointer: true, keep: false }));
  return { kind: 'struct', goName, fields, byName: new Map(fields.map((field) => [field.name, field])), wire: new Map() };
}

function typeOf(shape: Shape): GoType {
  if (typeof shape === 'string') return { kind: shape, goName: shape };
  if ('kind' in shape) return shape;
  const item = typeOf(shape[0]);
  return { kind: 'slice', goName: `[]${item.goName}`, item };
}
