/** The answer of subresources that do something and have nothing to show for it. */
import type { KubeObject } from '../../apimachinery/types.ts';

export function success(): KubeObject {
  return { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', code: 201 };
}
