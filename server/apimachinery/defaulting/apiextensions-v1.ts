/**
 * Defaults of custom resource definitions and API services.
 *
 * Upstream: k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1/defaults.go and
 * k8s.io/kube-aggregator/pkg/apis/apiregistration/v1/defaults.go.
 */
import { ensureStruct, setUnset, strings, structs, text } from '../access.ts';
import type { DefaultFunc, Fields } from '../access.ts';

function customResourceDefinition(obj: Fields): void {
  const spec = ensureStruct(obj, 'spec');
  const names = ensureStruct(spec, 'names');
  const kind = text(names, 'kind');
  if (kind) setUnset(names, { singular: kind.toLowerCase(), listKind: `${kind}List` });
  setUnset(spec, { conversion: { strategy: 'None' } });
  const status = ensureStruct(obj, 'status');
  const stored = structs(spec, 'versions').find((v) => v['storage'] === true);
  if (strings(status, 'storedVersions').length === 0 && stored) status['storedVersions'] = [text(stored, 'name')];
}

const serviceReference = (obj: Fields) => setUnset(obj, { port: 443 });

export const apiextensionsV1: Record<'apiextensions' | 'apiregistration', Record<string, DefaultFunc>> = {
  apiextensions: { CustomResourceDefinition: customResourceDefinition, ServiceReference: serviceReference },
  apiregistration: { ServiceReference: serviceReference },
};
