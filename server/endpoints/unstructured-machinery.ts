/**
 * The machinery for kinds of which no more than the name is known: objects stay as they were sent, nothing is filled in
 * and nothing refused.
 *
 * Upstream: what k8s.io/apiextensions-apiserver/pkg/apiserver/customresource_handler.go gives the handlers of a custom
 * resource, without its schema.
 */
import { newScheme } from '../apimachinery/scheme.ts';
import type { Scheme } from '../apimachinery/scheme.ts';
import { EncodingCache } from '../apimachinery/serializer/encoding-cache.ts';
import { newUnstructuredCodecFactory } from '../apimachinery/serializer/unstructured.ts';
import { newServerMetrics } from '../observe/metrics/server-metrics.ts';
import type { Machinery } from './machinery.ts';

export function newUnstructuredMachinery(scheme: Scheme = newScheme()): Machinery {
  const validator = { validate: () => [], validateUpdate: () => [], validateSubresource: () => [] };
  return { scheme, factory: newUnstructuredCodecFactory(scheme), encodings: new EncodingCache(), defaulter: () => undefined, validator, metrics: newServerMetrics() };
}
