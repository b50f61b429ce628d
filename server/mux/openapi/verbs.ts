/**
 * What each verb of discovery is as an operation: its method, its name in ids, its parameters, body and answer.
 *
 * Upstream: k8s.io/apiserver/pkg/endpoints/installer.go.
 */
import * as parameters from './parameters.ts';
import type { Parameter } from './parameters.ts';

export type Method = 'get' | 'put' | 'post' | 'delete' | 'patch' | 'head' | 'options';

export interface Verb {
  method: Method;
  action: string;
  id: string;
  parameters: Parameter[];
  body?: 'object' | 'patch' | 'delete';
  statuses: string[];
  answer: 'object' | 'list' | 'status' | 'watch';
}

/** What a verb of discovery is on a path; `watch` is an operation only below `/watch`, where it is deprecated. */
export const collectionVerbs: Record<string, Verb> = {
  list: { method: 'get', action: 'list', id: 'list', parameters: parameters.listParameters, statuses: ['200'], answer: 'list' },
  create: { method: 'post', action: 'post', id: 'create', parameters: parameters.writeParameters, body: 'object', statuses: ['200', '201', '202'], answer: 'object' },
  deletecollection: { method: 'delete', action: 'deletecollection', id: 'delete', parameters: parameters.deleteCollectionParameters, body: 'delete', statuses: ['200'], answer: 'status' },
};

export const objectVerbs: Record<string, Verb> = {
  get: { method: 'get', action: 'get', id: 'read', parameters: [], statuses: ['200'], answer: 'object' },
  update: { method: 'put', action: 'put', id: 'replace', parameters: parameters.writeParameters, body: 'object', statuses: ['200', '201'], answer: 'object' },
  patch: { method: 'patch', action: 'patch', id: 'patch', parameters: parameters.patchParameters, body: 'patch', statuses: ['200', '201'], answer: 'object' },
  delete: { method: 'delete', action: 'delete', id: 'delete', parameters: parameters.deleteParameters, body: 'delete', statuses: ['200', '202'], answer: 'status' },
};

export const watchVerbs: Record<string, Verb> = {
  watch: { method: 'get', action: 'watch', id: 'watch', parameters: parameters.listParameters, statuses: ['200'], answer: 'watch' },
};
export const watchListVerbs: Record<string, Verb> = { watch: { ...watchVerbs.watch!, action: 'watchlist' } };

export const connectMethods: Record<string, Method> = { create: 'post', get: 'get', update: 'put', patch: 'patch', delete: 'delete' };

/** Resources whose deletion answers the deleted object instead of a Status. */
export const answersDeleted = new Set(
  `persistentvolumeclaims persistentvolumes pods podtemplates resourcequotas serviceaccounts services csidrivers csinodes storageclasses
  volumeattachments volumeattributesclasses deviceclasses resourceclaims resourceclaimtemplates resourceslices`.split(/\s+/),
);
