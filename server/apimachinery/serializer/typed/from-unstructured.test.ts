import { describe, expect, it } from 'vitest';
import { newScheme } from '../../scheme.ts';
import { fromUnstructured } from './from-unstructured.ts';
import { GoTypes } from './go-types.ts';

const types = new GoTypes(newScheme());
const type = (kind: string, group = '') => types.forKind({ group, version: 'v1', kind })!;
const pod = type('Pod');

describe('a map that goes into a type without being JSON in between', () => {
  it.each([
    ['a map for a list', { spec: { containers: { name: 'x' } } }, 'cannot restore slice from map'],
    ['a number for a struct', { spec: 5 }, 'cannot restore struct from: int64'],
    ['text for a map', { metadata: { labels: 'x' } }, 'cannot restore map from string'],
    ['an integer for text', { metadata: { labels: { a: 5 } } }, 'cannot convert int64 to string'],
    ['an integer for text of a named type', { spec: { restartPolicy: 5 } }, 'cannot convert int64 to v1.RestartPolicy'],
    ['another number for text', { spec: { nodeName: 1.5 } }, 'unrecognized type: string'],
    ['text for a number', { spec: { activeDeadlineSeconds: '5' } }, 'unrecognized type: int64'],
    ['text for a truth value', { spec: { hostNetwork: 'yes' } }, 'unrecognized type: bool'],
    ['a fraction for an integer', { spec: { priority: 1.5 } }, 'cannot convert float64 to int32'],
    ['a number for a time', { metadata: { deletionTimestamp: 5 } }, 'json: cannot unmarshal number into Go value of type string'],
    ['a truth value for a number or text', { spec: { containers: [{ livenessProbe: { httpGet: { port: true } } }] } }, 'json: cannot unmarshal bool into Go value of type int32'],
  ])('is refused: %s', (_, value, message) => {
    expect(() => fromUnstructured(pod, value)).toThrow(message);
  });

  it('is refused: bytes that are not base64', () => {
    expect(() => fromUnstructured(type('Secret'), { data: { a: '!!' } })).toThrow('error decoding from json: illegal base64 data at input byte 0');
  });

  it('has the first of its errors in the order of the struct told', () => {
    expect(() => fromUnstructured(pod, { spec: { nodeName: true, containers: 'x' } })).toThrow('cannot restore slice from string');
  });

  it('wraps integers that are too large', () => {
    expect(fromUnstructured(type('Deployment', 'apps'), { spec: { replicas: 99999999999 } })).toEqual({ spec: { replicas: 1215752191 } });
  });

  it('stays as it is otherwise', () => {
    const value = { spec: { containers: [{ name: 'a', resources: { limits: { cpu: '1' } } }], unknown: 5, nodeName: null } };
    expect(fromUnstructured(pod, value)).toEqual(value);
  });
});
