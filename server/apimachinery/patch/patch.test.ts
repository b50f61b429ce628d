import { describe, expect, it } from 'vitest';
import { StatusError } from '../../http/status.ts';
import { newScheme } from '../scheme.ts';
import { decodeMap } from './decode.ts';
import { jsonPatch } from './json-patch.ts';
import { mergePatch } from './merge-patch.ts';
import { strategicMergePatch } from './strategic-merge-patch.ts';
import { strictErrorsOfPatch } from './strict-errors.ts';

const bytes = (patch: unknown) => new TextEncoder().encode(typeof patch === 'string' ? patch : JSON.stringify(patch));

function failure(run: () => unknown): { code?: number | undefined; message: string } {
  try {
    run();
  } catch (err) {
    if (err instanceof StatusError) return { code: err.status.code, message: err.message };
    if (err instanceof Error) return { message: err.message };
  }
  throw new Error('nothing was thrown');
}

const rejected = { code: 422, message: 'the server rejected our request due to an error in our request' };

describe('a JSON patch', () => {
  const doc = { data: { one: '1', two: '2' }, list: [1, 2, 3], labels: { 'a/b': 'x' } };

  it.each([
    [[{ op: 'test', path: '/data/one', value: '1' }, { op: 'add', path: '/data/three', value: '3' }], { data: { one: '1', two: '2', three: '3' } }],
    [[{ op: 'move', from: '/data/two', path: '/data/dos' }, { op: 'copy', from: '/data/dos', path: '/data/zwei' }], { data: { one: '1', dos: '2', zwei: '2' } }],
    [[{ op: 'remove', path: '/labels/a~1b' }], { labels: {} }],
    [[{ op: 'replace', path: '/data/none', value: 'x' }], { data: { none: 'x' } }],
    [[{ op: 'add', path: '/list/1', value: 9 }, { op: 'add', path: '/list/-', value: 8 }, { op: 'remove', path: '/list/-1' }], { list: [1, 9, 2, 3] }],
    [[{ op: 'replace', path: '', value: { a: 1 } }], { a: 1 }],
    [[{ op: 'test', path: '/labels', value: { 'a/b': 'x' } }, { op: 'test', path: '/none', value: null }], {}],
    ['null', { list: [1, 2, 3] }],
  ])('%j', (patch, expected) => {
    const before = structuredClone(doc);
    expect(jsonPatch(doc, bytes(patch))).toMatchObject(expected);
    expect(doc).toEqual(before);
  });

  it.each([
    [[{ op: 'test', path: '/data/one', value: '2' }], rejected],
    [[{ op: 'remove', path: '/data/none' }], rejected],
    [[{ op: 'frobnicate', path: '/data/one' }], rejected],
    [[{ op: 'add', path: '/nodata/x', value: '1' }], rejected],
    [[{ op: 'add', path: '/list/9', value: 1 }], rejected],
    [[{ op: 'add', value: 1 }], rejected],
    ['{"op":"add"}', { code: 400, message: 'error decoding patch: json: cannot unmarshal object into Go value of type []handlers.jsonPatchOp' }],
    ['[', { code: 400, message: 'error decoding patch: unexpected end of JSON input' }],
    [[{ op: 5, path: '/data' }], { code: 400, message: 'error decoding patch: json: cannot unmarshal number into Go struct field jsonPatchOp.op of type string' }],
  ])('is refused: %j', (patch, expected) => {
    expect(failure(() => jsonPatch(doc, bytes(patch)))).toEqual(expected);
  });

  it.each([
    ['{"op":"add"}', { code: 400, message: 'json: cannot unmarshal object into Go value of type jsonpatch.Patch' }],
    ['[5]', { code: 400, message: 'json: cannot unmarshal number into Go value of type jsonpatch.Operation' }],
    [[{ op: 5, path: '/data' }], rejected],
  ])('is refused in other words when it is not read strictly: %j', (patch, expected) => {
    expect(failure(() => jsonPatch(doc, bytes(patch), false))).toEqual(expected);
  });

  it('adds null where it says no value', () => {
    expect(jsonPatch(doc, bytes([{ op: 'add', path: '/data/none' }]))).toMatchObject({ data: { none: null } });
  });

  it('has at most 10000 operations', () => {
    const { code, message } = failure(() => jsonPatch(doc, bytes(Array(10001).fill({ op: 'test', path: '/data/one', value: '1' }))));
    expect(code).toBe(413);
    expect(message).toMatch(/: The allowed maximum operations in a JSON patch is 10000, got 10001$/);
  });

  it('copies no more than 3 MiB: copies of copies double with each operation', () => {
    const doubling = (n: number) => Array.from({ length: n }, (_, i) => ({ op: 'copy', from: '/data', path: `/data/${i}` }));
    expect(jsonPatch(doc, bytes(doubling(10)))).toMatchObject({ data: { 9: { 8: { 7: {} } } } });
    expect(failure(() => jsonPatch(doc, bytes(doubling(40))))).toEqual(rejected);
  });

  it('sorts the keys of the objects that it goes through, and of no others', () => {
    const written = (patch: unknown) => JSON.stringify(jsonPatch({ m: { z: 1, b: { y: 1, x: 1 } }, a: { d: 1, c: 1 } }, bytes(patch)));
    expect(written([{ op: 'add', path: '/b', value: { q: 1, p: 1 } }])).toBe('{"a":{"d":1,"c":1},"b":{"q":1,"p":1},"m":{"z":1,"b":{"y":1,"x":1}}}');
    expect(written([{ op: 'copy', from: '/a/d', path: '/m/c' }])).toBe('{"a":{"c":1,"d":1},"m":{"b":{"y":1,"x":1},"c":1,"z":1}}');
  });

  it('cannot reach into prototypes', () => {
    jsonPatch(doc, bytes([{ op: 'add', path: '/__proto__', value: { polluted: true } }]));
    expect(failure(() => jsonPatch(doc, bytes([{ op: 'add', path: '/constructor/x', value: 1 }])))).toEqual(rejected);
    expect('polluted' in {}).toBe(false);
  });
});

describe('a merge patch', () => {
  it.each([
    [{ a: { b: 1, c: 2 }, l: [1] }, { a: { b: null, d: 3 }, l: [2, 3] }, { a: { c: 2, d: 3 }, l: [2, 3] }],
    [{ a: 'x' }, { a: { b: null, c: { d: null } } }, { a: { c: {} } }],
    [{}, { a: [{ b: null }] }, { a: [{}] }],
    [{ a: 1 }, {}, { a: 1 }],
  ])('%j with %j', (doc, patch, expected) => {
    expect(mergePatch(doc, bytes(patch))).toEqual(expected);
  });

  it.each([
    ['[]', 'error decoding patch: json: cannot unmarshal array into Go value of type map[string]interface {}'],
    ['"x"', 'error decoding patch: json: cannot unmarshal string into Go value of type map[string]interface {}'],
    ['{', 'error decoding patch: unexpected end of JSON input'],
    ['null', 'Invalid JSON Patch'],
  ])('is refused: %s', (patch, message) => {
    expect(failure(() => mergePatch({}, bytes(patch)))).toEqual({ code: 400, message });
  });

  it.each(['"x"', '{', 'null', '', '5'])('is refused without a reason when it is not read strictly: %s', (patch) => {
    expect(failure(() => mergePatch({}, bytes(patch), false))).toEqual({ code: 400, message: 'Invalid JSON Patch' });
  });

  it('that is a list replaces the document when it is not read strictly', () => {
    expect(mergePatch({ a: 1 }, bytes([{}]), false)).toEqual([{}]);
  });
});

describe('a strategic merge patch', () => {
  const scheme = newScheme();
  const schema = scheme.schemas['io.k8s.api.core.v1.Pod']!;
  const pod = {
    metadata: { finalizers: ['a', 'b'], labels: { x: '1' } },
    spec: {
      imagePullSecrets: [{ name: 's1' }],
      containers: [
        { name: 'app', image: 'nginx:1', args: ['x'], env: [{ name: 'A', value: '1' }, { name: 'B', value: '2' }], ports: [{ containerPort: 80, protocol: 'TCP' }] },
        { name: 'side', image: 'busybox' },
      ],
      volumes: [{ name: 'v', emptyDir: {} }],
      tolerations: [{ key: 'a' }],
    },
  };
  const patched = (patch: unknown) => strategicMergePatch(scheme, schema, pod, decodeMap(bytes(patch)) ?? {});

  it('merges lists by their keys and puts what it names first', () => {
    expect(patched({ spec: { containers: [{ name: 'app', image: 'nginx:2', env: [{ name: 'C', value: '3' }], ports: [{ containerPort: 443 }] }, { name: 'new' }] } })['spec']).toMatchObject({
      containers: [
        { name: 'app', image: 'nginx:2', args: ['x'], env: [{ name: 'C', value: '3' }, { name: 'A' }, { name: 'B' }], ports: [{ containerPort: 443 }, { containerPort: 80 }] },
        { name: 'new' },
        { name: 'side', image: 'busybox' },
      ],
    });
    expect(patched({ spec: { imagePullSecrets: [{ name: 's2' }] } })['spec']).toMatchObject({ imagePullSecrets: [{ name: 's2' }, { name: 's1' }] });
    expect(pod.spec.containers[0]!.image).toBe('nginx:1');
  });

  it('replaces lists that have no merge key', () => {
    expect(patched({ spec: { tolerations: [{ key: 'b' }] } })['spec']).toMatchObject({ tolerations: [{ key: 'b' }] });
  });

  it.each<[string, unknown, unknown]>([
    ['deletes an item', { spec: { containers: [{ name: 'side', $patch: 'delete' }] } }, { spec: { containers: [{ name: 'app' }] } }],
    ['replaces a list', { spec: { containers: [{ name: 'only' }, { $patch: 'replace' }] } }, { spec: { containers: [{ name: 'only' }] } }],
    ['replaces a map', { metadata: { labels: { $patch: 'replace', y: '2' } } }, { metadata: { labels: { y: '2' } } }],
    ['retains keys', { spec: { volumes: [{ name: 'v', $retainKeys: ['name', 'hostPath'], hostPath: { path: '/' } }] } }, { spec: { volumes: [{ name: 'v', hostPath: { path: '/' } }] } }],
    ['adds to a list of scalars', { metadata: { finalizers: ['c'] } }, { metadata: { finalizers: ['c', 'a', 'b'] } }],
    ['deletes from a list of scalars', { metadata: { '$deleteFromPrimitiveList/finalizers': ['a'] } }, { metadata: { finalizers: ['b'] } }],
    ['orders a list of scalars', { metadata: { '$setElementOrder/finalizers': ['b', 'a'] } }, { metadata: { finalizers: ['b', 'a'] } }],
    ['orders a list of maps', { spec: { '$setElementOrder/containers': [{ name: 'side' }, { name: 'app' }], containers: [{ name: 'app', image: 'z' }] } }, { spec: { containers: [{ name: 'side' }, { name: 'app', image: 'z' }] } }],
    ['removes with null', { metadata: { labels: null }, spec: { tolerations: null } }, { metadata: { finalizers: ['a', 'b'] } }],
    ['keeps no directives and no nulls in what is new', { metadata: { annotations: { a: null, b: '1' } } }, { metadata: { annotations: { b: '1' } } }],
  ])('%s', (_title, patch, expected) => {
    expect(patched(patch)).toMatchObject(expected as object);
  });

  it('leaves nothing where null stood', () => {
    expect(Object.keys(patched({ metadata: { labels: null, annotations: { a: null } } })['metadata'] as object)).toEqual(['finalizers', 'annotations']);
  });

  it.each([
    [{ spec: { containers: [{ image: 'nokey' }] } }, { message: 'map: map[image:nokey] does not contain declared merge key: name' }],
    [{ spec: { containers: [{ name: 'only', $patch: 'frob' }] } }, { message: 'unknown patch type: frob in map: map[$patch:frob name:only]' }],
    [{ metadata: { '$setElementOrder/finalizers': ['c', 'b'], finalizers: ['b', 'c'] } }, { message: "The order in patch list:\n[b c]\n doesn't match $setElementOrder list:\n[c b]\n" }],
    [{ spec: { volumes: [{ name: 'v', $retainKeys: ['name'], hostPath: {} }] } }, { code: 400, message: 'invalid patch format of retainKeys' }],
    ['[]', { code: 400, message: 'json: cannot unmarshal array into Go value of type map[string]interface {}' }],
    ['{', { code: 400, message: 'unexpected end of JSON input' }],
  ])('is refused: %j', (patch, expected) => {
    expect(failure(() => patched(patch))).toEqual(expected);
  });
});

describe('read strictly, a patch', () => {
  it.each([
    ['{"data":{"k":"1","k":"2"}}', ['duplicate field "data.k"']],
    ['{"a":[{"b":1},{"b":1,"b":2}],"a":[]}', ['duplicate field "a[1].b"', 'duplicate field "a"']],
    ['{"a":[{"b":1},{"b":1,"b":2}]}', ['duplicate field "a[1].b"']],
    ['{"anything":{"goes":1}}', []],
    ['[{"op":"add","path":"/a","value":{"any":1},"foo":"bar"}]', ['json patch unknown field "[0].foo"']],
    ['[{"op":"test","path":"/a"},{"op":"add","op":"add","value":{"a":1,"a":2}}]', ['json patch duplicate field "[1].op"', 'json patch duplicate field "[1].value.a"']],
  ])('%s says %j', (patch, errors) => {
    expect(strictErrorsOfPatch(bytes(patch))).toEqual(errors);
  });
});
