/** What is mutated: the paths of every resource, and objects of every kind. */
import { readFileSync, readdirSync } from 'node:fs';
import bootstrap from '../../server/apimachinery/facts/bootstrap.json' with { type: 'json' };
import discovery from '../../server/apimachinery/facts/discovery.json' with { type: 'json' };
import { newScheme } from '../../server/apimachinery/scheme.ts';
import { newCodecFactory } from '../../server/apimachinery/serializer/codec-factory.ts';
import type { Serializer } from '../../server/apimachinery/serializer/interfaces.ts';
import type { GroupVersionKind } from '../../server/apimachinery/types.ts';
import { exampleObjects } from './examples.ts';
import type { Random } from './random.ts';
import { newObjectMaker } from './schema-objects.ts';
import { isObject } from './values.ts';
import type { JSONObject } from './values.ts';

export interface Endpoint {
  /** `configmaps`, of a subresource `pods/status`. */
  resource: string;
  subresource: string;
  /** `/api/v1` */
  base: string;
  namespaced: boolean;
  verbs: readonly string[];
  kind: GroupVersionKind;
}

export interface Corpus {
  endpoints: Endpoint[];
  /** Objects that are meant well. */
  objectsOf(endpoint: Endpoint): readonly JSONObject[];
  newObject(random: Random, kind: GroupVersionKind): JSONObject;
  protobuf: Serializer;
}

/** All requests but a few are about this namespace. */
export const namespace = 'fuzz';

export function readCorpus(): Corpus {
  const scheme = newScheme();
  const byKind = new Map<string, JSONObject[]>();
  for (const object of [...exampleObjects, ...caseObjects(), ...Object.values(bootstrap).flatMap((objects) => objects.slice(0, 3))]) {
    if (!isObject(object)) continue;
    const key = `${String(object.apiVersion)} ${String(object.kind)}`;
    byKind.set(key, [...(byKind.get(key) ?? []), object]);
  }
  const none: JSONObject[] = [];
  return {
    endpoints: endpoints(),
    objectsOf: ({ kind: { group, version, kind } }) => byKind.get(`${group === '' ? version : `${group}/${version}`} ${kind}`) ?? none,
    newObject: newObjectMaker(scheme),
    protobuf: newCodecFactory(scheme).serializerFor('application/vnd.kubernetes.protobuf')!,
  };
}

function endpoints(): Endpoint[] {
  return discovery.flatMap(({ group, versions }) =>
    versions.flatMap(({ version, resources }) =>
      resources.flatMap(({ resource, scope, verbs, responseKind, subresources = [] }): Endpoint[] => {
        const base = group === '' ? `/api/${version}` : `/apis/${group}/${version}`;
        const kindOf = (of: typeof responseKind) => ({ group: of.version ? of.group : group, version: of.version || version, kind: of.kind });
        const shared = { resource, base, namespaced: scope === 'Namespaced' };
        return [
          { ...shared, subresource: '', verbs, kind: kindOf(responseKind) },
          ...subresources.map((sub) => ({ ...shared, subresource: sub.subresource, verbs: sub.verbs, kind: kindOf(sub.responseKind) })),
        ];
      }),
    ),
  );
}

/** The bodies of the conformance cases, in the namespace that is fuzzed. */
function caseObjects(): JSONObject[] {
  const root = new URL('../conformance/cases/', import.meta.url);
  return readdirSync(root).flatMap((area) =>
    readdirSync(new URL(area, root)).flatMap((file): JSONObject[] => {
      const text = readFileSync(new URL(`${area}/${file}`, root), 'utf8').replaceAll('{ns}', namespace);
      const { steps }: { steps: { body?: unknown }[] } = JSON.parse(text);
      return steps.flatMap(({ body }) => (isObject(body) && 'kind' in body ? [body] : []));
    }),
  );
}
