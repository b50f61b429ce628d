import { describe, expect, it } from 'vitest';
import { newScheme } from '../scheme.ts';
import type { KubeObject } from '../types.ts';
import { newDefaulter } from './defaulter.ts';

const setDefaults = newDefaulter(newScheme());

function defaulted(kind: string, rest: Record<string, unknown>, metadata: KubeObject['metadata'] = {}): KubeObject {
  const obj: KubeObject = { apiVersion: 'v1', kind, metadata, ...rest };
  setDefaults(obj);
  return obj;
}

describe('a field that exists twice', () => {
  it.each<[string, string, Record<string, unknown>, Record<string, unknown>]>([
    ['Pod', 'status', { podIP: '1.1.1.1' }, { podIP: '1.1.1.1', podIPs: [{ ip: '1.1.1.1' }] }],
    ['Pod', 'status', { podIPs: [{ ip: '1.1.1.1' }, { ip: '::1' }] }, { podIP: '1.1.1.1', podIPs: [{ ip: '1.1.1.1' }, { ip: '::1' }] }],
    ['Pod', 'status', { podIP: '2.2.2.2', podIPs: [{ ip: '1.1.1.1' }, { ip: '::1' }] }, { podIP: '2.2.2.2', podIPs: [{ ip: '2.2.2.2' }] }],
    ['Node', 'spec', { podCIDR: '10.0.0.0/24', podCIDRs: ['10.1.0.0/24'] }, { podCIDR: '10.0.0.0/24', podCIDRs: ['10.0.0.0/24'] }],
  ])('of a %s says the same in its %s: %j', (kind, part, given, expected) => expect(defaulted(kind, { [part]: given })[part]).toMatchObject(expected));
});

describe('annotations of containers that ran first', () => {
  const annotations = { 'pod.beta.kubernetes.io/init-containers': '[]', a: 'b' };

  it('go from a Pod, and from a template', () => {
    expect(defaulted('Pod', {}, { annotations }).metadata.annotations).toEqual({ a: 'b' });
    expect(defaulted('PodTemplate', { template: { metadata: { annotations } } })).toHaveProperty('template.metadata.annotations', { a: 'b' });
  });
});
