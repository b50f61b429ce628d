/**
 * What a node may do with the resources that are told apart by whose they are.
 *
 * Upstream: plugin/pkg/auth/authorizer/node/node_authorizer.go, the authorize… methods.
 */
import { quote } from '../../apimachinery/quote.ts';
import type { Attributes } from '../interfaces.ts';
import type { Graph, VertexType } from './graph.ts';
import { vertex } from './graph.ts';

const LEASE_NAMESPACE = 'kube-node-lease';

/** Why a request is refused; '' where nothing is said; undefined where it is allowed. */
type Refusal = string | undefined;
type Check = (a: Attributes, nodeName: string, graph: Graph) => Refusal;

/** What is told apart by resource. */
const byResource: Record<string, Check> = {
  secrets: readNamespaced('secret'),
  configmaps: readNamespaced('configmap'),
  persistentvolumeclaims: (a, ...rest) => (a.subresource === 'status' ? updateStatus('pvc') : get('pvc'))(a, ...rest),
  persistentvolumes: get('pv'),
  'resourceclaims.resource.k8s.io': get('resourceclaim'),
  'volumeattachments.storage.k8s.io': get('volumeattachment'),
  serviceaccounts: (a, ...rest) => (a.verb === 'get' && a.subresource === '' ? readNamespaced('serviceAccount') : createToken)(a, ...rest),
  'leases.coordination.k8s.io': ownLease,
  'csinodes.storage.k8s.io': ownCSINode,
  'resourceslices.resource.k8s.io': resourceSlices,
  nodes: ownNode,
  pods: pods,
  // not served by default
  'podcertificaterequests.certificates.k8s.io': () => '',
};

/** The check for a resource; undefined for one that all nodes are treated alike about. */
export function checkOf({ apiGroup, resource }: Attributes): Check | undefined {
  const key = apiGroup === '' ? resource : `${resource}.${apiGroup}`;
  return Object.hasOwn(byResource, key) ? byResource[key] : undefined;
}

function related(type: VertexType): Check {
  return ({ namespace, name }, nodeName, graph) => {
    if (name === '') return 'No Object name found';
    const found = graph.hasPath(vertex(type, namespace, name), vertex('node', '', nodeName));
    return found ? undefined : `no relationship found between node '${nodeName}' and this object`;
  };
}

function get(type: VertexType): Check {
  return (a, ...rest) => {
    if (a.verb !== 'get') return 'can only get individual resources of this type';
    if (a.subresource !== '') return 'cannot get subresource';
    return related(type)(a, ...rest);
  };
}

function readNamespaced(type: VertexType): Check {
  return (a, ...rest) => {
    if (!['get', 'list', 'watch'].includes(a.verb)) return 'can only read resources of this type';
    if (a.subresource !== '') return 'cannot read subresource';
    if (a.namespace === '') return 'can only read namespaced object of this type';
    return related(type)(a, ...rest);
  };
}

function updateStatus(type: VertexType): Check {
  return (a, ...rest) => (['update', 'patch'].includes(a.verb) ? related(type)(a, ...rest) : 'can only get/update/patch this type');
}

function createToken(...[a, nodeName, graph]: Parameters<Check>): Refusal {
  if (a.verb !== 'create' || a.name === '') return 'can only create tokens for individual service accounts';
  if (a.subresource !== 'token') return 'can only create token subresource of serviceaccount';
  return related('serviceAccount')(a, nodeName, graph);
}

const OWN_VERBS = ['get', 'create', 'update', 'patch', 'delete'];

/** What is made gets its name checked by admission: it may not be known here. */
function ownLease(a: Attributes, nodeName: string): Refusal {
  if (!OWN_VERBS.includes(a.verb)) return 'can only get, create, update, patch, or delete a node lease';
  if (a.namespace !== LEASE_NAMESPACE) return `can only access leases in the ${quote(LEASE_NAMESPACE)} system namespace`;
  if (a.verb !== 'create' && a.name !== nodeName) return 'can only access node lease with the same name as the requesting node';
  return undefined;
}

function ownCSINode(a: Attributes, nodeName: string): Refusal {
  if (!OWN_VERBS.includes(a.verb)) return 'can only get, create, update, patch, or delete a CSINode';
  if (a.subresource !== '') return 'cannot authorize CSINode subresources';
  if (a.verb !== 'create' && a.name !== nodeName) return 'can only access CSINode with the same name as the requesting node';
  return undefined;
}

/** Whether a list is narrowed to one node by this field. */
const selects = ({ fieldSelector = [] }: Attributes, field: string, nodeName: string) =>
  fieldSelector.some((r) => r.field === field && r.operator === '=' && r.value === nodeName);

function resourceSlices(a: Attributes, nodeName: string, graph: Graph): Refusal {
  if (a.subresource !== '') return 'cannot authorize ResourceSlice subresources';
  switch (a.verb) {
    case 'create':
      return undefined;
    case 'get':
    case 'update':
    case 'patch':
    case 'delete':
      return related('resourceslice')(a, nodeName, graph);
    case 'watch':
    case 'list':
    case 'deletecollection':
      return selects(a, 'spec.nodeName', nodeName) ? undefined : 'can only list/watch/deletecollection resourceslices with nodeName field selector';
    default:
      return 'only the following verbs are allowed for a ResourceSlice: get, watch, list, create, update, patch, delete, deletecollection';
  }
}

function ownNode({ subresource, verb, name }: Attributes, nodeName: string): Refusal {
  if (subresource === '' && ['create', 'update', 'patch'].includes(verb)) return undefined;
  if (subresource === 'status' && ['update', 'patch'].includes(verb)) return undefined;
  if (subresource !== '' || !['get', 'list', 'watch'].includes(verb)) return '';
  if (name === nodeName) return undefined;
  return name === '' ? `node '${nodeName}' cannot read all nodes, only its own Node object` : `node '${nodeName}' cannot read '${name}', only its own Node object`;
}

function pods(...[a, nodeName, graph]: Parameters<Check>): Refusal {
  const { subresource, verb, name } = a;
  if (subresource === 'status') return ['update', 'patch'].includes(verb) ? undefined : '';
  if (subresource === 'eviction') return verb === 'create' ? undefined : '';
  if (subresource !== '') return '';
  switch (verb) {
    case 'get':
      return get('pod')(a, nodeName, graph);
    case 'list':
    case 'watch':
      if (selects(a, 'spec.nodeName', nodeName)) return undefined;
      return name === '' ? 'can only list/watch pods with spec.nodeName field selector' : related('pod')(a, nodeName, graph);
    case 'create':
    case 'delete':
      return undefined;
    default:
      return '';
  }
}
