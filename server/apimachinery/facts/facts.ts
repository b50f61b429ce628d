/** The shapes of the data files in this folder. */

/** A subresource as apidiscovery.k8s.io/v2 gives it. */
export interface APISubresourceFacts {
  subresource: string;
  responseKind: { group: string; version: string; kind: string };
  verbs: string[];
}

/** A resource as apidiscovery.k8s.io/v2 gives it; an empty group and version of `responseKind` mean the resource's own. */
export interface APIResourceFacts {
  resource: string;
  responseKind: { group: string; version: string; kind: string };
  scope: 'Namespaced' | 'Cluster';
  singularResource: string;
  verbs: string[];
  shortNames?: string[];
  categories?: string[];
  subresources?: APISubresourceFacts[];
  /** Set where objects are stored in another version than the group's first that has the resource. */
  storageVersion?: { group: string; version: string };
}

export interface APIVersionFacts {
  version: string;
  resources: APIResourceFacts[];
}

export interface APIGroupFacts {
  group: string;
  versions: APIVersionFacts[];
}

export interface TableColumnFacts {
  name: string;
  type: string;
  format?: string;
  priority?: number;
}

/**
 * The numbers of protobuf's fields by message (`api.core.v1.Pod`), in the order of the Go struct. A number with a type
 * stands for what the schemas do not show: a struct that Go embeds, or (`[]`) a list that is a message of its own.
 */
export type WireNumbers = Record<string, Record<string, number | [id: number, type: string]>>;
