/**
 * What nobody owns, because it names the object or is the server's.
 *
 * Upstream: k8s.io/apimachinery/pkg/util/managedfields/internal/stripmeta.go.
 */
import { fieldElement } from './fieldpath/path-element.ts';
import type { FieldSet } from './fieldpath/set.ts';
import { difference, newSet } from './fieldpath/set.ts';

const metadata = ['name', 'namespace', 'creationTimestamp', 'selfLink', 'uid', 'clusterName', 'generation', 'managedFields', 'resourceVersion'];
const stripped = newSet(...[['apiVersion'], ['kind'], ['metadata'], ...metadata.map((name) => ['metadata', name])].map((path) => path.map(fieldElement)));

export const stripMeta = (set: FieldSet): FieldSet => difference(set, stripped);
