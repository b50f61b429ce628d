/**
 * RequestInfo says what a request is about, read from its method and path alone.
 *
 * Upstream: k8s.io/apiserver/pkg/endpoints/request/requestinfo.go.
 */
export interface RequestInfo {
  isResourceRequest: boolean;
  path: string;
  /** get, list, watch, create, update, patch, delete, deletecollection, proxy; the lower-case method where it is no resource. */
  verb: string;
  apiPrefix: string;
  apiGroup: string;
  apiVersion: string;
  namespace: string;
  resource: string;
  subresource: string;
  name: string;
  /** The path's segments from the resource on. */
  parts: string[];
  /** What list and watch ask for, as far as an authorizer wants to know it. */
  fieldSelector: string;
  labelSelector: string;
}
