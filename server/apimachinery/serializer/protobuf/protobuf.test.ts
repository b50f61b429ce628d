import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { newScheme } from '../../scheme.ts';
import type { KubeObject } from '../../types.ts';
import { newCodecFactory } from '../codec-factory.ts';
import { DecodeError } from '../decode-error.ts';
import type { Field, GoType, StructType } from '../typed/go-type.ts';
import { assemble } from '../typed/go-type.ts';
import { GoTypes } from '../typed/go-types.ts';

const scheme = newScheme();
const types = new GoTypes(scheme);
const factory = newCodecFactory(scheme);
const protobuf = factory.serializerFor('application/vnd.kubernetes.protobuf')!;
const fromHex = (hex: string) => Uint8Array.from(hex.match(/../g) ?? [], (byte) => Number.parseInt(byte, 16));
const toHex = (bytes: Uint8Array) => [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
const decode = (bytes: Uint8Array) => protobuf.decode(bytes, { strict: false });

const containerDefaults = { name: 'nginx', image: 'nginx', resources: {} };

/** What kubectl v1.32 sends for `create namespace x`, `create configmap c --from-literal=a=b`, `create deployment web --image=nginx`. */
const recorded: [hex: string, object: object][] = [
  [
    '6b3873000a0f0a02763112094e616d65737061636512190a110a017812001a0022002a0032003800420012001a020a001a002200',
    { kind: 'Namespace', apiVersion: 'v1', metadata: { name: 'x' }, spec: {}, status: {} },
  ],
  [
    '6b3873000a0f0a0276311209436f6e6669674d6170121b0a110a016312001a0022002a0032003800420012060a01611201621a002200',
    { kind: 'ConfigMap', apiVersion: 'v1', metadata: { name: 'c' }, data: { a: 'b' } },
  ],
  [
    '6b3873000a150a07617070732f7631120a4465706c6f796d656e7412ab010a1f0a0377656212001a0022002a003200380042005a0a0a036170701203776562127a0801120c0a0a0a0361707012037765621a600a1c0a0012001a0022002a003200380042005a0a0a036170701203776562124012220a056e67696e7812056e67696e782a0042006a007200800100880100900100a201001a00320042004a0052005800600068008201008a01009a0100c2010022020a00280038001a0c0800100018002000280038001a002200',
    {
      kind: 'Deployment',
      apiVersion: 'apps/v1',
      metadata: { name: 'web', labels: { app: 'web' } },
      spec: {
        replicas: 1,
        selector: { matchLabels: { app: 'web' } },
        template: { metadata: { labels: { app: 'web' } }, spec: { containers: [containerDefaults] } },
        strategy: {},
      },
      status: {},
    },
  ],
];

describe('bytes of Kubernetes’ own clients', () => {
  it.each(recorded)('are read: %s', (hex, object) => {
    expect(decode(fromHex(hex)).object).toEqual(object);
  });

  it.each(recorded)('are what is written for the same object: %s', (hex, object) => {
    expect(toHex(protobuf.encode(object as KubeObject))).toBe(hex);
  });
});

describe('types that write themselves', () => {
  it.each<[string, string, object]>([
    ['a time: seconds and no nanoseconds', '42080880e2cfaa061000', { metadata: { creationTimestamp: '2023-11-14T22:13:20Z' } }],
    ['int64 beyond 32 bits', '388080808010', { metadata: { generation: 2 ** 32 } }],
    ['a negative number in ten bytes', '38ffffffffffffffffff01', { metadata: { generation: -1 } }],
    ['bytes', '1a080a016112030102ff', { binaryData: { a: 'AQL/' } }],
    ['a pointer to false', '2000', { immutable: false }],
  ])('%s', (_, hex, fields) => {
    const bytes = protobuf.encode({ kind: 'ConfigMap', apiVersion: 'v1', metadata: {}, ...fields } as KubeObject);
    expect(toHex(bytes)).toContain(hex.replaceAll(' ', ''));
    expect(decode(bytes).object).toMatchObject(fields);
  });

  it.each([{ kind: 'Service', apiVersion: 'v1', spec: { ports: [{ port: 80, targetPort: 'http' }, { port: 81, targetPort: 8080 }] } }])('int-or-strings stay what they were', (object) => {
    expect(decode(protobuf.encode(object)).object).toMatchObject(object);
  });

  it('a list of metadata alone can be had, though no group has such a kind', () => {
    const list = { kind: 'PartialObjectMetadataList', apiVersion: 'meta.k8s.io/v1', metadata: { resourceVersion: '7' }, items: [{ kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata: { name: 'a' } }] };
    expect(decode(protobuf.encode(list)).object).toEqual({ ...list, items: [{ metadata: { name: 'a' } }] });
  });

  it('a table cannot', () => {
    expect(() => protobuf.encode({ kind: 'Table', apiVersion: 'meta.k8s.io/v1' })).toThrow('no kind "Table"');
  });
});

describe('bytes that are no object', () => {
  const whole = recorded[2]![0];
  it.each([
    ['', 'empty data'],
    ['6b387300', 'empty body'],
    ['7b7d', 'provided data does not appear to be a protobuf message, expected prefix [107 56 115 0]'],
    ['6b3873000a0f0a02763112094e616d65737061636512', 'unexpected EOF'],
    ['6b3873000a0f0a02763112094e616d6573706163651202ff', 'unexpected EOF'],
    ['6b3873000a0f0a02763112094e616d657370616365120200 00', 'proto: illegal tag 0 (wire type 0)'],
    ['6b3873000a0f0a02763112094e616d65737061636512020801', 'proto: wrong wireType = 0 for field Metadata'],
    ['6b3873000a0a0a02763112044e6f70651200', 'no kind "Nope" is registered for version "v1" in scheme "pkg/api/legacyscheme/scheme.go:30"'],
    ['6b38730012020a00', `Object 'Kind' is missing in 'runtime.TypeMeta{APIVersion:"", Kind:""}'`],
  ])('are refused: %s', (hex, message) => {
    expect(() => decode(fromHex(hex.replaceAll(' ', '')))).toThrow(message);
  });

  it('never crash the reader, wherever they are cut or changed', () => {
    const bytes = fromHex(whole);
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.nat(255), fc.boolean(), (at, byte, cut) => {
        const bad = cut ? bytes.slice(0, at) : bytes.with(at, byte);
        try {
          decode(bad);
        } catch (err) {
          expect(err).toBeInstanceOf(DecodeError);
        }
      }),
      { numRuns: 500 },
    );
  });

  it.each([
    ['1024Mi', '1Gi'],
    ['1 Gi', "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'"],
  ])('hold the quantity %s as JSON would', (written, expected) => {
    const claim: KubeObject = { kind: 'PersistentVolumeClaim', apiVersion: 'v1', metadata: {}, spec: { resources: { requests: { storage: written } } } };
    const bytes = protobuf.encode(claim);
    const told = () => {
      try {
        return JSON.stringify(decode(bytes).object);
      } catch (err) {
        return String(err);
      }
    };
    expect(told()).toContain(expected);
  });

  it('do not matter where their numbers are unknown', () => {
    const unknownField = '6b3873000a0f0a0276311209436f6e6669674d6170120bfa3e03616263 8040 07 0a00 1a00 2200';
    expect(decode(fromHex(unknownField.replaceAll(' ', ''))).object).toEqual({ kind: 'ConfigMap', apiVersion: 'v1', metadata: {} });
  });
});

describe('a watch in protobuf', () => {
  it('frames an event by its length and keeps the object’s own envelope', () => {
    const object = fromHex(recorded[0]![0]);
    const frame = protobuf.encodeWatchEvent('ADDED', object);
    expect(new DataView(frame.buffer).getUint32(0)).toBe(frame.length - 4);
    expect(toHex(frame)).toBe(`0000003f0a0541444445441236 0a34 ${toHex(object)}`.replaceAll(' ', ''));
  });
});

/** Values as they come out of the Go type: nothing there that would not be written. */
function arbitrary(type: GoType, depth: number): fc.Arbitrary<unknown> {
  const text = fc.string({ minLength: 1, maxLength: 6, unit: 'grapheme' });
  switch (type.kind) {
    case 'string':
      return text;
    case 'bool':
      return fc.constant(true);
    case 'int32':
      return fc.integer().filter((n) => n !== 0);
    case 'int64':
      return fc.maxSafeInteger().filter((n) => n !== 0);
    case 'float64':
      return fc.constantFrom(0.5, -3, 1e300);
    case 'bytes':
      return fc.constantFrom('AQ==', 'AQL/', 'YWJj');
    case 'time':
      return fc.constantFrom('2024-02-29T12:00:00Z', '1969-12-31T23:59:59Z');
    case 'microTime':
      return fc.constantFrom('2024-02-29T12:00:00.000001Z', '1999-12-31T23:59:59.999999Z');
    case 'quantity':
      return fc.constantFrom('500m', '1Gi', '0', '-3k');
    case 'intOrString':
      return fc.oneof(fc.integer({ min: -5, max: 65535 }), fc.constantFrom('25%', 'http'));
    case 'raw':
      return fc.constantFrom({ 'f:metadata': { '.': {} } }, { a: [1, 'x', null] });
    case 'slice':
      return fc.array(arbitrary(type.item, depth), { minLength: 1, maxLength: 2 });
    case 'map':
      return fc.dictionary(fc.string({ minLength: 1, maxLength: 4 }), arbitrary(type.value, depth), { minKeys: 1, maxKeys: 3, noNullPrototype: true });
    case 'schemaOrBool':
      return fc.oneof(fc.boolean(), arbitrary(type.schema, depth + 3));
    case 'schemaOrArray':
      return fc.oneof(arbitrary(type.schema, depth + 3), fc.array(arbitrary(type.schema, depth + 3), { minLength: 1, maxLength: 2 }));
    case 'schemaOrStringArray':
      return fc.oneof(arbitrary(type.schema, depth + 3), fc.array(text, { minLength: 1, maxLength: 2 }));
    case 'struct':
      return struct(type, depth + 1);
  }
}

function struct(type: StructType, depth: number): fc.Arbitrary<Record<string, unknown>> {
  // TypeMeta has no number: below the top it is lost on the wire
  const fields = type.fields.filter(({ name }) => name !== 'kind' || !type.byName.has('apiVersion')).filter(({ name }) => name !== 'apiVersion' || !type.byName.has('kind'));
  const deep = (field: Field) => depth > 4 && !['string', 'bool', 'int32', 'int64'].includes(field.type.kind);
  const values = fields.map((field) => {
    const some = deep(field) ? fc.constant(undefined) : arbitrary(field.type, depth);
    return fc.option(some, { nil: undefined, freq: 1 });
  });
  return fc.tuple(...values).map((list) => {
    const byIndex: unknown[] = [];
    fields.forEach((field, i) => (byIndex[field.index] = list[i]));
    return assemble(type, byIndex);
  });
}

describe('every kind', () => {
  // a watch's frames are no objects: WatchEvent has no TypeMeta
  const kinds = Object.values(scheme.schemas)
    .flatMap((schema) => schema['x-kubernetes-group-version-kind']?.slice(0, 1) ?? [])
    .filter(({ kind }) => kind !== 'WatchEvent');

  it('has a message', () => {
    expect(kinds.filter((gvk) => types.forKind(gvk)?.wire.size === 0)).toEqual([]);
  });

  it.each(kinds.map((gvk) => [`${gvk.group}/${gvk.version} ${gvk.kind}`, gvk] as const))('%s comes back from protobuf as it went', (_, gvk) => {
    const type = types.forKind(gvk)!;
    const apiVersion = gvk.group === '' ? gvk.version : `${gvk.group}/${gvk.version}`;
    fc.assert(
      fc.property(struct(type, 0), (fields) => {
        const object = { kind: gvk.kind, apiVersion, ...withoutTypeMeta(fields) };
        const bytes = protobuf.encode(object);
        const { object: back } = decode(bytes);
        expect(back).toEqual(object);
        expect(Object.keys(back)).toEqual(Object.keys(object));
        expect(factory.objects.decode(object, { strict: true }, () => '')).toEqual({ object, gvk, strictErrors: [] });
      }),
      { numRuns: 4 },
    );
  });
});

function withoutTypeMeta({ kind: _kind, apiVersion: _apiVersion, ...rest }: Record<string, unknown>): Record<string, unknown> {
  return rest;
}
