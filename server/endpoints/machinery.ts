/**
 * What handlers and storage share in making sense of objects: codecs, defaults, validation.
 *
 * Upstream: the legacyscheme and its codecs (pkg/api/legacyscheme/scheme.go), as plain values instead of globals.
 */
import { newDefaulter } from '../apimachinery/defaulting/defaulter.ts';
import { newScheme } from '../apimachinery/scheme.ts';
import type { Scheme } from '../apimachinery/scheme.ts';
import { newCodecFactory } from '../apimachinery/serializer/codec-factory.ts';
import type { CodecFactory } from '../apimachinery/serializer/codec-factory.ts';
import { EncodingCache } from '../apimachinery/serializer/encoding-cache.ts';
import type { KubeObject } from '../apimachinery/types.ts';
import { newServerMetrics } from '../observe/metrics/server-metrics.ts';
import type { ServerMetrics } from '../observe/metrics/server-metrics.ts';
import { newValidator } from '../apimachinery/validation/validator.ts';
import type { Validator } from '../registry/strategies/default-strategy.ts';

export interface Machinery {
  scheme: Scheme;
  factory: CodecFactory;
  /** Bytes of objects that the watch cache holds. */
  encodings: EncodingCache;
  /** Fills in what an author left out. */
  defaulter(obj: KubeObject): void;
  validator: Validator;
  /** What is counted on the way. */
  metrics: ServerMetrics;
}

export function newMachinery(scheme: Scheme = newScheme()): Machinery {
  return { scheme, factory: newCodecFactory(scheme), encodings: new EncodingCache(), defaulter: newDefaulter(scheme), validator: newValidator(scheme), metrics: newServerMetrics() };
}
