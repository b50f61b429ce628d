/** One request made from a seed and its number: a well-meant one, most of them with something wrong. */
import { stringify } from 'yaml';
import { namespace } from './corpus.ts';
import type { Corpus, Endpoint } from './corpus.ts';
import { mutateBytes } from './mutate-bytes.ts';
import { mutateJSON } from './mutate-json.ts';
import { methods, oddHeader, oddPath, oddQuery, queryText } from './mutate-target.ts';
import { mutateText, mutateYAML } from './mutate-text.ts';
import { jsonPatchOf, mergePatchOf, strategicPatchOf } from './patches.ts';
import { newRandom } from './random.ts';
import type { Random } from './random.ts';
import { isObject, oddValue, toJSONText } from './values.ts';
import type { JSONObject } from './values.ts';

export interface FuzzRequest {
  method: string;
  target: string;
  headers: [name: string, value: string][];
  body: Uint8Array;
  /** Of a create: where its object is if it was made, and nowhere if not. No other request makes one of its name. */
  made?: string;
}

/** What the server holds when the fuzzing begins, by the path of its collection. */
export type Planted = ReadonlyMap<string, readonly JSONObject[]>;

export const collectionOf = ({ base, resource, namespaced }: Endpoint, ns = namespace) => `${base}/${namespaced && ns !== '' ? `namespaces/${ns}/` : ''}${resource}`;

const verbs = ['create', 'create', 'create', 'update', 'update', 'patch', 'patch', 'patch', 'get', 'list', 'watch', 'delete', 'deletecollection'] as const;
type Verb = (typeof verbs)[number];

export function newFuzzRequest(corpus: Corpus, planted: Planted, seed: number, index: number): FuzzRequest {
  const random = newRandom(seed, index);
  const endpoint = random.pick(corpus.endpoints);
  const possible = verbs.filter((verb) => endpoint.verbs.includes(verb));
  const request = verbOf(random, corpus, planted, endpoint, random.pick(possible.length > 0 ? possible : verbs), index);

  let [path = '', query = ''] = request.target.split('?', 2);
  if (random.chance(0.08)) path = oddPath(random, path);
  if (random.chance(0.3)) query = [query, queryText(random, oddQuery(random))].filter(Boolean).join('&');
  request.target = query === '' ? path : `${path}?${query}`;
  if (random.chance(0.03)) request.method = random.pick(methods);
  for (let n = random.chance(0.25) ? random.pick([1, 1, 2, 5]) : 0; n > 0; n--) request.headers.push(oddHeader(random));
  return request;
}

function verbOf(random: Random, corpus: Corpus, planted: Planted, endpoint: Endpoint, verb: Verb, index: number): FuzzRequest {
  const ns = random.chance(0.95) ? namespace : random.pick(['', 'default', 'absent', 'kube-system', '__proto__', 'A']);
  const collection = collectionOf(endpoint, ns);
  const object = random.pick(planted.get(collectionOf(endpoint)) ?? [{}]);
  const name = random.chance(0.95) ? String(isObject(object.metadata) ? object.metadata.name : 'anchor') : random.pick(['absent', '__proto__', 'constructor', 'a%2Fb', '.', 'A', '%20']);
  const { subresource } = endpoint;
  const one = `${collection}/${name}${subresource && `/${subresource}`}`;
  const none = { headers: [], body: new Uint8Array() };
  switch (verb) {
    case 'get':
      return { method: random.pick(['GET', 'GET', 'HEAD']), target: one, ...none };
    case 'list':
      return { method: 'GET', target: `${collection}?${queryText(random, oddQuery(random))}`, ...none };
    case 'watch':
      return { method: 'GET', target: `${collection}?watch=1&timeoutSeconds=1&${queryText(random, oddQuery(random))}`, ...none };
    case 'delete':
      return { method: 'DELETE', target: one, ...(random.chance(0.5) ? deleteOptions(random) : none) };
    case 'deletecollection':
      return { method: 'DELETE', target: `${collection}?labelSelector=none&${queryText(random, oddQuery(random))}`, ...(random.chance(0.5) ? deleteOptions(random) : none) };
    case 'create': {
      if (subresource) return { method: 'POST', target: one, ...bodyOf(random, corpus, wellMeant(random, corpus, endpoint, object)) };
      // what was planted comes back once in a while
      if (random.chance(0.05)) return { method: 'POST', target: collection, ...json(object) };
      const unique = `f${index}`;
      const named = { ...wellMeant(random, corpus, endpoint, object) };
      named.metadata = { ...(isObject(named.metadata) && named.metadata), name: unique };
      return { method: 'POST', target: collection, made: `${collectionOf(endpoint)}/${unique}`, ...bodyOf(random, corpus, named) };
    }
    case 'update':
      return { method: 'PUT', target: one, ...bodyOf(random, corpus, renamed(wellMeant(random, corpus, endpoint, object), name)) };
    case 'patch':
      return { method: 'PATCH', target: one, ...patchOf(random, renamed(wellMeant(random, corpus, endpoint, object), name)) };
  }
}

/** An object that the endpoint could take: one that it has, one of the cases', one after the schema. */
function wellMeant(random: Random, corpus: Corpus, endpoint: Endpoint, planted: JSONObject): JSONObject {
  const { kind } = endpoint.kind;
  if (planted.kind === kind && random.chance(0.5)) return planted;
  const known = corpus.objectsOf(endpoint);
  return known.length > 0 && random.chance(0.6) ? random.pick(known) : corpus.newObject(random, endpoint.kind);
}

const renamed = (object: JSONObject, name: string): JSONObject => ({ ...object, metadata: { ...(isObject(object.metadata) && object.metadata), name } });

type Body = Pick<FuzzRequest, 'headers' | 'body'>;
const encoder = new TextEncoder();
const body = (type: string, content: string | Uint8Array): Body => ({ headers: [['Content-Type', type]], body: typeof content === 'string' ? encoder.encode(content) : content });
const json = (value: unknown) => body('application/json', toJSONText(value));

function bodyOf(random: Random, { protobuf }: Corpus, object: JSONObject): Body {
  const well = random.chance(0.1);
  switch (random.int(10)) {
    case 0:
    case 1:
      return body('application/yaml', yamlOf(random, object, well));
    case 2:
    case 3:
    case 4: {
      const bytes = protobufOf(protobuf, object);
      if (bytes) return body('application/vnd.kubernetes.protobuf', well ? bytes : mutateBytes(random, bytes));
      return json(object);
    }
    case 5:
      return body('application/json', well ? toJSONText(object) : mutateText(random, toJSONText(object)));
    default:
      return json(well ? object : mutateJSON(random, object));
  }
}

/** Nothing where the object is not of its kind: schema and cases hold such, too. */
function protobufOf(protobuf: Corpus['protobuf'], object: JSONObject): Uint8Array | undefined {
  try {
    return protobuf.encode({ ...object, apiVersion: String(object.apiVersion), kind: String(object.kind) });
  } catch {
    return undefined;
  }
}

function yamlOf(random: Random, object: JSONObject, well: boolean): string {
  const text = stringify(object, { aliasDuplicateObjects: random.chance(0.5), lineWidth: random.pick([0, 40]), defaultStringType: random.pick(['PLAIN', 'QUOTE_DOUBLE', 'BLOCK_LITERAL']) });
  return well ? text : mutateYAML(random, text);
}

function patchOf(random: Random, object: JSONObject): Body {
  const spoilt = (text: string) => (random.chance(0.05) ? mutateText(random, text) : text);
  switch (random.int(5)) {
    case 0:
      return body('application/json-patch+json', spoilt(toJSONText(jsonPatchOf(random, object))));
    case 1:
      return body('application/merge-patch+json', spoilt(toJSONText(mergePatchOf(random, object))));
    case 2:
      return body('application/strategic-merge-patch+json', spoilt(toJSONText(strategicPatchOf(random, object))));
    default: {
      const text = random.chance(0.4) ? yamlOf(random, object, random.chance(0.3)) : toJSONText(random.chance(0.8) ? mutateJSON(random, object) : object);
      return body('application/apply-patch+yaml', text);
    }
  }
}

function deleteOptions(random: Random): Body {
  const options = {
    apiVersion: 'v1',
    kind: 'DeleteOptions',
    ...(random.chance(0.4) && { gracePeriodSeconds: random.pick([0, 1, -1, 30]) }),
    ...(random.chance(0.4) && { propagationPolicy: random.pick(['Foreground', 'Background', 'Orphan', 'a']) }),
    ...(random.chance(0.2) && { orphanDependents: random.chance(0.5) }),
    ...(random.chance(0.3) && { preconditions: random.pick([{ uid: 'a' }, { resourceVersion: '1' }, {}, { uid: '' }, { resourceVersion: 'a' }]) }),
    ...(random.chance(0.2) && { dryRun: random.pick([['All'], ['a'], [], 'All']) }),
    ...(random.chance(0.1) && { ignoreStoreReadErrorWithClusterBreakingPotential: random.chance(0.5) }),
  };
  return json(random.chance(0.5) ? mutateJSON(random, options) : random.chance(0.05) ? oddValue(random) : options);
}
