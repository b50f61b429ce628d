/** Sends requests by the thousand over several connections, and gathers what is wrong with their answers. */
import { faultOf } from './check.ts';
import { Connection } from './client.ts';
import type { Answer } from './client.ts';
import { collectionOf, newFuzzRequest } from './request.ts';
import type { FuzzRequest, Planted } from './request.ts';
import { isObject, toJSONText } from './values.ts';
import type { JSONObject } from './values.ts';
import type { Corpus } from './corpus.ts';
import { namespace } from './corpus.ts';
import type { FuzzedServer } from './fuzzed-server.ts';

export interface Fault {
  index: number;
  request: FuzzRequest;
  what: string;
}

export interface Fuzzing {
  seed: number;
  /** The numbers of the first request and of the one after the last. */
  from: number;
  to: number;
}

/** More than can be busy: some wait for what does not come. */
const connections = 32;

export const json = (method: string, target: string, value?: unknown): FuzzRequest => ({
  method,
  target,
  headers: [['Content-Type', 'application/json']],
  body: new TextEncoder().encode(value === undefined ? '' : toJSONText(value)),
});

/** Creates what is meant well, and answers what the server then has of it. */
export async function plant(server: FuzzedServer, corpus: Corpus): Promise<Planted> {
  const connection = new Connection(server);
  await connection.send(json('POST', '/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } }));
  const planted = new Map<string, JSONObject[]>();
  for (const endpoint of corpus.endpoints) {
    if (endpoint.subresource !== '' || !endpoint.verbs.includes('get')) continue;
    const collection = collectionOf(endpoint);
    const taken: JSONObject[] = [];
    for (const object of corpus.objectsOf(endpoint)) {
      if (taken.length === 8) break;
      let answer = await connection.send(json('POST', collection, object));
      // the server's own first objects, and those of another version of the kind
      if (answer.status === 409) answer = await connection.send(json('GET', `${collection}/${nameOf(object)}`));
      if (answer.status < 300) taken.push(withoutSystemFields(JSON.parse(answer.body.toString())));
    }
    if (taken.length > 0) planted.set(collection, taken);
  }
  connection.close();
  return planted;
}

const nameOf = ({ metadata }: JSONObject) => (isObject(metadata) ? String(metadata.name) : '');

function withoutSystemFields(object: JSONObject): JSONObject {
  const { resourceVersion: _, uid: __, managedFields: ___, ...metadata } = isObject(object.metadata) ? object.metadata : {};
  return { ...object, metadata };
}

/** Every answer is looked at; what a refused create says it did not make is asked for once in a while. */
export async function fuzz(server: FuzzedServer, corpus: Corpus, planted: Planted, { seed, from, to }: Fuzzing, count?: (request: FuzzRequest, answer: Answer) => void): Promise<Fault[]> {
  const faults: Fault[] = [];
  let next = from;
  async function work(): Promise<void> {
    const connection = new Connection(server);
    while (next < to && server.alive() && faults.length < 20) {
      const index = next++;
      const request = newFuzzRequest(corpus, planted, seed, index);
      try {
        const answer = await connection.send(request);
        count?.(request, answer);
        const what = faultOf(request, answer) ?? (await storedAfterRefusal(connection, request, answer, index));
        if (what !== undefined) faults.push({ index, request, what });
      } catch (err) {
        faults.push({ index, request, what: err instanceof Error ? err.message : String(err) });
      }
    }
    connection.close();
  }
  await Promise.all(Array.from({ length: connections }, work));
  return faults;
}

async function storedAfterRefusal(connection: Connection, { made }: FuzzRequest, { status }: Answer, index: number): Promise<string | undefined> {
  // an object that is made is answered in the form that was asked for, or with 406 where it has no such form
  if (made === undefined || status < 400 || status === 406 || index % 10 !== 0) return undefined;
  const found = await connection.send(json('GET', made));
  return found.status === 404 ? undefined : `refused with ${status}, yet ${made} answers ${found.status}`;
}

/** Enough of a curl command to send it again. */
export function asCurl({ method, target, headers, body }: FuzzRequest): string {
  const quoted = (text: string) => `'${text.replaceAll("'", `'\\''`)}'`;
  const text = new TextDecoder().decode(body);
  const printable = Buffer.compare(Buffer.from(text), body) === 0 && !text.includes('\0');
  const data = printable ? `--data-binary ${quoted(text)}` : `--data-binary @<(base64 -d <<< ${Buffer.from(body).toString('base64')})`;
  return ['curl', '--path-as-is', '-X', method, ...headers.map(([name, value]) => `-H ${quoted(`${name}: ${value}`)}`), ...(body.length > 0 ? [data] : []), quoted(`$SERVER${target}`)].join(' ').slice(0, 4000);
}
