/**
 * Keys as they are in etcd: the server's prefix, then the resource's own key.
 *
 * Upstream: PrepareKey in k8s.io/apiserver/pkg/storage/interfaces.go.
 */
import { quote } from '../apimachinery/quote.ts';

/** Throws for a key that would leave its place in the tree. */
export function prepareKey(pathPrefix: string, key: string): string {
  if (key === '' || key === '/') throw new Error(`empty key: ${quote(key)}`);
  if (/(?:^|\/)\.\.?(?:\/|$)/.test(key)) throw new Error(`invalid key: ${quote(key)}`);
  return pathPrefix + key;
}
