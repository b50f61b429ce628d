import { describe, expect, it } from 'vitest';
import { newScheme } from '../scheme.ts';
import type { GroupVersionKind } from '../types.ts';
import { newCodecFactory } from './codec-factory.ts';
import { DecodeError } from './decode-error.ts';
import type { Serializer } from './interfaces.ts';

const factory = newCodecFactory(newScheme());
const json = factory.serializerFor('application/json')!;
const bytes = (text: string) => new TextEncoder().encode(text);
const text = (data: Uint8Array) => new TextDecoder().decode(data);
const configMap: GroupVersionKind = { group: '', version: 'v1', kind: 'ConfigMap' };

function decode(body: string, options: { strict?: boolean; defaults?: GroupVersionKind; with?: Serializer } = {}) {
  return (options.with ?? json).decode(bytes(body), { strict: false, defaults: configMap, ...options });
}

function errorOf(run: () => unknown): DecodeError {
  try {
    run();
  } catch (err) {
    if (err instanceof DecodeError) return err;
    throw err;
  }
  throw new Error('nothing was thrown');
}

const findKind = 'struct { APIVersion string "json:\\"apiVersion,omitempty\\""; Kind string "json:\\"kind,omitempty\\"" }';

describe('bytes that are no object', () => {
  it.each([
    ['{"apiVersion":"v1","kind":"ConfigMap",', 'unexpected end of JSON input'],
    ['', 'unexpected end of JSON input'],
    ['hello', "invalid character 'h' looking for beginning of value"],
    ['{hello', "invalid character 'h' looking for beginning of object key string"],
    ['{"a" 1}', "invalid character '1' after object key"],
    ['{"a":1 "b"}', "invalid character '\"' after object key:value pair"],
    ['[1 2]', "invalid character '2' after array element"],
    ['{} x', "invalid character 'x' after top-level value"],
    ['{"a":tru}', "invalid character '}' in literal true (expecting 'e')"],
    ['{"a":-}', "invalid character '}' in numeric literal"],
    ['{"a":1.}', "invalid character '}' after decimal point in numeric literal"],
    ['{"a":1e}', "invalid character '}' in exponent of numeric literal"],
    ['{"a":01}', "invalid character '1' after object key:value pair"],
    ['{"a":"\\q"}', "invalid character 'q' in string escape code"],
    ['{"a":"\\u00x0"}', "invalid character 'x' in \\u hexadecimal character escape"],
    ['{"a":"\n"}', "invalid character '\\n' in string literal"],
    ["{'a'", "invalid character '\\'' looking for beginning of object key string"],
    ['ö', "invalid character 'Ã' looking for beginning of value"],
    ['\ufeff{}', "invalid character 'ï' looking for beginning of value"],
    ['[]', `json: cannot unmarshal array into Go value of type ${findKind}`],
    ['"x"', `json: cannot unmarshal string into Go value of type ${findKind}`],
    ['{"kind":1}', 'json: cannot unmarshal number into Go struct field .kind of type string'],
  ])('refuses %j in Go’s words', (body, message) => {
    const err = errorOf(() => decode(body));
    expect(err.message).toBe(`couldn't get version/kind; json parse error: ${message}`);
    expect(err.gvk).toBeUndefined();
  });

  it('takes ten thousand levels, one less for the object around them, and no more', () => {
    const nested = (depth: number) => `{"kind":"ConfigMap","apiVersion":"v1","y":"]\\"[","x":${'['.repeat(depth)}${']'.repeat(depth)}}`;
    expect(decode(nested(9999), { strict: true }).strictErrors).toEqual(['unknown field "y"', 'unknown field "x"']);
    expect(errorOf(() => decode(nested(10_000))).message).toBe("couldn't get version/kind; json parse error: invalid character '[' exceeded max depth");
  });
});

describe('finding out the kind', () => {
  it.each<[string, Partial<GroupVersionKind>]>([
    ['{"metadata":{"name":"a"}}', configMap],
    ['{"kind":"ConfigMap"}', configMap],
    ['null', configMap],
    ['{"kind":"Secret","apiVersion":"v1"}', { kind: 'Secret' }],
    ['{"kind":"Deployment","apiVersion":"apps/v1"}', { group: 'apps', version: 'v1', kind: 'Deployment' }],
  ])('takes %s for the kind it says, else for the default', (body, gvk) => {
    const decoded = decode(body);
    expect(decoded.gvk).toMatchObject(gvk);
    expect(decoded.object.kind).toBe(decoded.gvk.kind);
  });

  it.each([
    ['{"kind":"Nope","apiVersion":"nope/v1"}', 'no kind "Nope" is registered for version "nope/v1" in scheme "pkg/api/legacyscheme/scheme.go:30"', 'Nope'],
    ['{"kind":"ConfigMap","apiVersion":"v2"}', 'no kind "ConfigMap" is registered for version "v2" in scheme "pkg/api/legacyscheme/scheme.go:30"', 'ConfigMap'],
    ['{"apiVersion":"a/b/c"}', 'unexpected GroupVersion string: a/b/c', undefined],
  ])('refuses %s', (body, message, kind) => {
    const err = errorOf(() => decode(body));
    expect(err.message).toBe(message);
    expect(err.gvk?.kind).toBe(kind);
  });

  it.each([
    ['{"a":1}', `Object 'Kind' is missing in '{"a":1}'`],
    ['{"kind":"Pod"}', `Object 'apiVersion' is missing in '{"kind":"Pod"}'`],
  ])('wants a kind where there is no default: %s', (body, message) => {
    expect(errorOf(() => json.decode(bytes(body), { strict: false })).message).toBe(message);
  });
});

describe('typed decoding', () => {
  it.each([
    ['unknown fields go', '{"nonsense":1,"data":{"a":"b"}}', { data: { a: 'b' } }],
    ['names are case sensitive', '{"Data":{"a":"b"}}', {}],
    ['null is absent', '{"data":null,"immutable":null}', {}],
    ['null in a map is the empty value', '{"data":{"a":null}}', { data: { a: '' } }],
    ['a pointer keeps its zero', '{"immutable":false}', { immutable: false }],
    ['what is empty and no pointer goes', '{"data":{},"metadata":{"name":"","labels":{}}}', {}],
    ['times come in UTC and to the second', '{"metadata":{"creationTimestamp":"2024-02-29T23:30:00.5-01:00"}}', { metadata: { creationTimestamp: '2024-03-01T00:30:00Z' } }],
    ['a key may be __proto__', '{"data":{"__proto__":"x"}}', { data: JSON.parse('{"__proto__":"x"}') }],
  ])('%s', (_, body, fields) => {
    expect(decode(body).object).toEqual({ kind: 'ConfigMap', apiVersion: 'v1', metadata: {}, ...fields });
  });

  it('writes what Go would write though it is empty', () => {
    const pod = decode('{"apiVersion":"v1","kind":"Pod","spec":{"containers":[{"name":"a","resources":{"limits":{"cpu":0.5}},"ports":[{}]}],"hostNetwork":false}}').object;
    expect(pod).toEqual({
      kind: 'Pod',
      apiVersion: 'v1',
      metadata: {},
      spec: { containers: [{ name: 'a', resources: { limits: { cpu: '500m' } }, ports: [{ containerPort: 0 }] }] },
      status: {},
    });
    expect(decode('{"apiVersion":"rbac.authorization.k8s.io/v1","kind":"Role"}').object.rules).toBeNull();
  });

  it.each([
    ['{"data":[]}', 'json: cannot unmarshal array into Go struct field ConfigMap.data of type map[string]string'],
    ['{"data":{"n":1}}', 'json: cannot unmarshal number into Go struct field ConfigMap.data of type string'],
    ['{"data":{"b":true,"a":{}}}', 'json: cannot unmarshal object into Go struct field ConfigMap.data of type string'],
    ['{"metadata":"x"}', 'json: cannot unmarshal string into Go struct field ConfigMap.metadata of type v1.ObjectMeta'],
    ['{"metadata":{"generation":1.5}}', 'json: cannot unmarshal number 1.5 into Go struct field ObjectMeta.metadata.generation of type int64'],
    ['{"metadata":{"uid":1}}', 'json: cannot unmarshal number into Go struct field ObjectMeta.metadata.uid of type types.UID'],
    ['{"metadata":{"creationTimestamp":"yesterday"}}', 'parsing time "yesterday" as "2006-01-02T15:04:05Z07:00": cannot parse "yesterday" as "2006"'],
    ['{"metadata":{"creationTimestamp":"2023-02-29T00:00:00Z"}}', 'parsing time "2023-02-29T00:00:00Z": day out of range'],
    ['{"binaryData":{"a":"@"}}', 'illegal base64 data at input byte 0'],
    ['{"apiVersion":"v1","kind":"Pod","spec":{"containers":[{"ports":[{"containerPort":"x"}]}]}}', 'json: cannot unmarshal string into Go struct field ContainerPort.spec.containers.ports.containerPort of type int32'],
    ['{"apiVersion":"v1","kind":"Pod","spec":{"containers":{}}}', 'json: cannot unmarshal object into Go struct field PodSpec.spec.containers of type []v1.Container'],
    ['{"apiVersion":"v1","kind":"Pod","spec":{"volumes":[{"configMap":{"name":1}}]}}', 'json: cannot unmarshal number into Go struct field ConfigMapVolumeSource.spec.volumes.VolumeSource.configMap.LocalObjectReference.name of type string'],
    ['{"apiVersion":"v1","kind":"Pod","spec":{"containers":[{"resources":{"limits":1}}]}}', 'json: cannot unmarshal number into Go struct field ResourceRequirements.spec.containers.resources.limits of type v1.ResourceList'],
    ['{"apiVersion":"v1","kind":"PersistentVolumeClaim","spec":{"accessModes":[1]}}', 'json: cannot unmarshal number into Go struct field PersistentVolumeClaimSpec.spec.accessModes of type v1.PersistentVolumeAccessMode'],
    ['{"apiVersion":"v1","kind":"Pod","spec":{"restartPolicy":1}}', 'json: cannot unmarshal number into Go struct field PodSpec.spec.restartPolicy of type v1.RestartPolicy'],
    ['{"apiVersion":"apps/v1","kind":"Deployment","spec":{"replicas":3000000000}}', 'json: cannot unmarshal number 3000000000 into Go struct field DeploymentSpec.spec.replicas of type int32'],
    [
      '{"apiVersion":"v1","kind":"Pod","spec":{"containers":[{"resources":{"limits":{"cpu":"much"}}}]}}',
      "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'",
    ],
  ])('refuses %s', (body, message) => {
    const err = errorOf(() => decode(body));
    expect(err.message).toBe(message);
    expect(err.gvk?.version).toBe('v1');
  });
});

describe('strict decoding', () => {
  it.each([
    [
      '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a","name":"a"},"data":{"k":"1","k":"2"},"nonsense":1}',
      ['duplicate field "metadata.name"', 'duplicate field "data.k"', 'unknown field "nonsense"'],
    ],
    [
      '{"apiVersion":"apps/v1","kind":"Deployment","spec":{"template":{"spec":{"containers":[{"imagez":"c","ports":[{"containerport":80}]}]}},"replicaz":1}}',
      ['unknown field "spec.template.spec.containers[0].imagez"', 'unknown field "spec.template.spec.containers[0].ports[0].containerport"', 'unknown field "spec.replicaz"'],
    ],
    ['{"x":{"a":1,"a":2},"x":1}', ['unknown field "x"']],
    ['{"data":{"a:\\":":"b"}}', []],
    ['{"data":{"k":"1","k":"2","k":"3"}}', ['duplicate field "data.k"']],
  ])('finds in %s what should not be there, in the order of the text', (body, errors) => {
    expect(decode(body, { strict: true }).strictErrors).toEqual(errors);
    expect(decode(body).strictErrors).toEqual([]);
  });

  it.each([
    ['{"metadata":{"generation":1.0}}', 'json: cannot unmarshal number 1.0 into Go struct field ObjectMeta.metadata.generation of type int64'],
    ['{"apiVersion":"apps/v1","kind":"Deployment","spec":{"replicas":1e1}}', 'json: cannot unmarshal number 1e1 into Go struct field DeploymentSpec.spec.replicas of type int32'],
  ])('takes no whole number for an integer that is not written so: %s', (body, message) => {
    expect(errorOf(() => decode(body, { strict: true })).message).toBe(message);
  });

  it('takes it for a quantity', () => {
    const container = '{"resources":{"limits":{"cpu":1.0,"memory":1e3}},"args":["1.5e1"]}';
    const { object } = decode(`{"apiVersion":"v1","kind":"Pod","spec":{"containers":[${container}]}}`, { strict: true });
    expect(object['spec']).toMatchObject({ containers: [{ resources: { limits: { cpu: '1', memory: '1e3' } }, args: ['1.5e1'] }] });
  });

  it('keeps an empty list where it is not the same as none', () => {
    expect(decode('{"metadata":{"managedFields":[],"finalizers":[]}}').object.metadata).toEqual({ managedFields: [] });
  });

  it('takes the last of values that are given twice', () => {
    expect(decode('{"data":{"k":"1","k":"2"}}', { strict: true }).object.data).toEqual({ k: '2' });
  });

  it('reads a map that is given twice into one', () => {
    expect(decode('{"data":{"k":"1","l":"2"},"data":{"k":"3"}}', { strict: true }).object.data).toEqual({ k: '3', l: '2' });
    expect(decode('{"data":{"k":"1"},"data":null}', { strict: true }).object.data).toBeUndefined();
  });

  it('reports a hundred errors at most', () => {
    const body = JSON.stringify(Object.fromEntries(Array.from({ length: 200 }, (_, i) => [`x${i}`, 1])));
    expect(decode(body, { strict: true }).strictErrors).toHaveLength(100);
  });
});

describe('encoding', () => {
  const status = { apiVersion: 'v1', kind: 'Status', message: '<&>\u2028' };

  it('writes one line that starts with the kind and holds no HTML', () => {
    expect(text(json.encode(status))).toBe('{"kind":"Status","apiVersion":"v1","message":"\\u003c\\u0026\\u003e\\u2028"}\n');
  });

  it('indents for people, without a newline at the end', () => {
    expect(text(factory.prettyJSON.encode(status))).toBe('{\n  "kind": "Status",\n  "apiVersion": "v1",\n  "message": "\\u003c\\u0026\\u003e\\u2028"\n}');
  });

  it('orders fields as the struct does, and maps by key', () => {
    const { object } = decode('{"data":{"b":"2","a":"1"},"metadata":{"labels":{"z":"","y":""},"name":"n"},"apiVersion":"v1","kind":"ConfigMap"}');
    expect(text(json.encode(object))).toBe('{"kind":"ConfigMap","apiVersion":"v1","metadata":{"name":"n","labels":{"y":"","z":""}},"data":{"a":"1","b":"2"}}\n');
  });

  it('reads null bytes under a key as none', () => {
    expect(decode('{"binaryData":{"k":null}}').object['binaryData']).toEqual({ k: '' });
  });

  it('puts the kind of a reference where its struct has it', () => {
    const { object } = decode('{"metadata":{"ownerReferences":[{"uid":"u","name":"n","kind":"K","apiVersion":"v1"}]}}');
    expect(text(json.encode(object))).toContain('[{"apiVersion":"v1","kind":"K","name":"n","uid":"u"}]');
  });

  it('frames an event of a watch in one line', () => {
    for (const serializer of [json, factory.prettyJSON]) {
      const frame = text(serializer.encodeWatchEvent('ADDED', serializer.encode({ kind: 'A', apiVersion: 'v1' })));
      expect(frame.endsWith('}\n')).toBe(true);
      expect(JSON.parse(frame)).toEqual({ type: 'ADDED', object: { kind: 'A', apiVersion: 'v1' } });
    }
  });
});
