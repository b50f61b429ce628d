import { describe, expect, it } from 'vitest';
import type { Rest } from '../validation.test-util.ts';
import { newChecks } from '../validation.test-util.ts';

const { create, update, subresource } = newChecks('networking.k8s.io/v1');
const service = { service: { name: 's', port: { number: 80 } } };
const paths = (...entries: object[]): Rest => ({ spec: { rules: [{ http: { paths: entries.map((entry) => ({ pathType: 'Exact', path: '/', backend: service, ...entry })) } }] } });
const ingress = (spec: object): Rest => ({ spec: { defaultBackend: service, ...spec } });
const peer = (...peers: object[]): Rest => ({ spec: { podSelector: {}, ingress: [{ from: peers }] } });
const port = (...ports: object[]): Rest => ({ spec: { podSelector: {}, egress: [{ ports }] } });

describe('an Ingress', () => {
  it.each<[Rest, string[]]>([
    [ingress({}), []],
    [ingress({ defaultBackend: {} }), ['spec.defaultBackend: Invalid value: "": resource or service backend is required']],
    [ingress({ defaultBackend: { ...service, resource: { kind: 'K', name: 'n' } } }), ['spec.defaultBackend: Invalid value: "": cannot set both resource and service backends']],
    [ingress({ defaultBackend: { resource: { apiGroup: '!', kind: '', name: 'a/b' } } }), [expect.stringMatching(/^spec\.defaultBackend\.resource\.apiGroup: Invalid value: "!"/), 'spec.defaultBackend.resource.kind: Required value', "spec.defaultBackend.resource.name: Invalid value: \"a/b\": may not contain '/'"]],
    [ingress({ defaultBackend: { service: { name: '', port: { name: 'a', number: 1 } } } }), ['spec.defaultBackend.service.name: Required value', 'spec.defaultBackend: Invalid value: "": cannot set both port name & port number']],
    [paths({ path: '/a//b/..' }, { path: 'x', pathType: 'Prefix' }, { path: '', pathType: 'ImplementationSpecific' }, { pathType: 'Odd' }), [
      "spec.rules[0].http.paths[0].path: Invalid value: \"/a//b/..\": must not contain '//'", "spec.rules[0].http.paths[0].path: Invalid value: \"/a//b/..\": cannot end with '/..'",
      'spec.rules[0].http.paths[1].path: Invalid value: "x": must be an absolute path', 'spec.rules[0].http.paths[3].pathType: Unsupported value: "Odd": supported values: "Exact", "ImplementationSpecific", "Prefix"',
    ]],
    [{ spec: { rules: [{ host: 'foo.*.com', http: { paths: [] } }], tls: [{ hosts: ['*'], secretName: '!' }], ingressClassName: '!' } }, [
      expect.stringMatching(/^spec\.rules\[0\]\.host: Invalid value: "foo\.\*\.com": a wildcard DNS-1123 subdomain/), 'spec.rules[0].http.paths: Required value', expect.stringMatching(/^spec\.tls\[0\]\.hosts\[0\]: Invalid value: "\*": a wildcard/),
      expect.stringMatching(/^spec\.tls\[0\]\.secretName: Invalid value: "!"/), expect.stringMatching(/^spec\.ingressClassName: Invalid value: "!"/),
    ]],
    [{ ...ingress({ ingressClassName: 'a' }), metadata: { annotations: { 'kubernetes.io/ingress.class': 'b' } } }, ['annotations.kubernetes.io/ingress.class: Invalid value: "b": must match `ingressClassName` when both are specified']],
  ])('%j', (rest, expected) => {
    expect(create('Ingress', 'default/i', rest)).toEqual(expected);
  });

  it('tells where it is found', () => {
    const status = (...found: object[]): Rest => ({ ...ingress({}), status: { loadBalancer: { ingress: found } } });
    expect(subresource('status', 'Ingress', 'default/i', ingress({}), status({ ip: '010.0.0.1' }, { hostname: '10.0.0.1' }))).toEqual([
      'status.loadBalancer.ingress[0].ip: Invalid value: "010.0.0.1": must not have leading 0s', 'status.loadBalancer.ingress[1].hostname: Invalid value: "10.0.0.1": must be a DNS name, not an IP address',
    ]);
    expect(subresource('status', 'Ingress', 'default/i', status({ ip: '010.0.0.1' }), status({ ip: '010.0.0.1' }))).toEqual([]);
  });
});

describe('a NetworkPolicy', () => {
  it.each<[Rest, string[]]>([
    [peer({ podSelector: {} }, { ipBlock: { cidr: '10.0.0.0/8', except: ['10.1.0.0/16'] } }), []],
    [peer({}, { ipBlock: { cidr: '' } }, { ipBlock: { cidr: 'x', except: ['y'] } }, { ipBlock: { cidr: '10.0.0.0/8', except: ['10.0.0.0/8', 'y'] } }), [
      'spec.ingress[0].from[0]: Required value: must specify a peer', 'spec.ingress[0].from[1].ipBlock.cidr: Required value', 'spec.ingress[0].from[2].ipBlock.cidr: Invalid value: "x": must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)',
      'spec.ingress[0].from[3].ipBlock.except[0]: Invalid value: "10.0.0.0/8": must be a strict subset of `cidr`', 'spec.ingress[0].from[3].ipBlock.except[1]: Invalid value: "y": must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)',
    ]],
    [port({ port: 80, endPort: 79 }, { port: 'http', endPort: 80 }, { endPort: 80 }, { port: 70000, protocol: 'ICMP' }), [
      'spec.egress[0].ports[0].endPort: Invalid value: 80: must be greater than or equal to `port`', 'spec.egress[0].ports[1].endPort: Invalid value: 80: may not be specified when `port` is non-numeric',
      'spec.egress[0].ports[2].endPort: Invalid value: 80: may not be specified when `port` is not specified', 'spec.egress[0].ports[3].protocol: Unsupported value: "ICMP": supported values: "TCP", "UDP", "SCTP"', 'spec.egress[0].ports[3].port: Invalid value: 70000: must be between 1 and 65535, inclusive',
    ]],
    [{ spec: { podSelector: { matchExpressions: [{ key: 'a', operator: 'Is' }] }, policyTypes: ['Ingress', 'Egress', 'Ingress'] } }, ['spec.podSelector.matchExpressions[0].operator: Invalid value: "Is": not a valid selector operator', 'spec.policyTypes: Invalid value: ["Ingress","Egress","Ingress"]: may not specify more than two policyTypes']],
  ])('%j', (rest, expected) => {
    expect(create('NetworkPolicy', 'default/n', rest)).toEqual(expected);
  });

  it('may keep ranges that it had', () => {
    const loose = peer({ ipBlock: { cidr: '10.0.0.1/8' } });
    expect(create('NetworkPolicy', 'default/n', loose)).toEqual(['spec.ingress[0].from[0].ipBlock.cidr: Invalid value: "10.0.0.1/8": must not have bits set beyond the prefix length']);
    expect(update('NetworkPolicy', 'default/n', loose, loose)).toEqual([]);
  });
});

describe('addresses of Services', () => {
  it.each<[string, string, object, string[]]>([
    ['IPAddress', '10.0.0.1', { parentRef: { resource: 'services', name: 's' } }, []],
    ['IPAddress', '010.0.0.1', {}, ['metadata.name: Invalid value: "010.0.0.1": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)', 'spec.parentRef: Required value']],
    ['IPAddress', '2001:DB8::1', { parentRef: { group: '!', resource: '', name: 'a%' } }, [
      'metadata.name: Invalid value: "2001:DB8::1": must be in canonical form ("2001:db8::1")', expect.stringMatching(/^spec\.parentRef\.group: Invalid value: "!"/), 'spec.parentRef.resource: Required value', "spec.parentRef.name: Invalid value: \"a%\": may not contain '%'",
    ]],
    ['ServiceCIDR', 'c', { cidrs: ['10.0.0.0/24', '2001:db8::/64'] }, []],
    ['ServiceCIDR', 'c', {}, ['spec.cidrs: Required value: at least one CIDR required']],
    ['ServiceCIDR', 'c', { cidrs: ['a', 'b', 'c'] }, ['spec.cidrs: Invalid value: {"CIDRs":["a","b","c"]}: may only hold up to 2 values']],
    ['ServiceCIDR', 'c', { cidrs: ['10.0.0.1/24', '10.1.0.0/24'] }, ['spec.cidrs[0]: Invalid value: "10.0.0.1/24": must not have bits set beyond the prefix length', 'spec.cidrs: Invalid value: ["10.0.0.1/24","10.1.0.0/24"]: may specify no more than one IP for each IP family, i.e 192.168.0.0/24 and 2001:db8::/64']],
    ['IngressClass', 'c', { controller: 'example.com' }, ['spec.controller: Invalid value: "example.com": must be a domain-prefixed path (such as "acme.io/foo")']],
    ['IngressClass', 'c', { controller: 'example.com/x', parameters: { kind: 'K', name: 'n', namespace: 'a' } }, ["spec.parameters.namespace: Forbidden: `parameters.scope` is set to 'Cluster'"]],
    ['IngressClass', 'c', { controller: 'example.com/x', parameters: { kind: '', name: 'n', scope: 'Odd' } }, ['spec.parameters.kind: Required value', 'spec.parameters.scope: Unsupported value: "Odd": supported values: "Cluster", "Namespace"']],
  ])('%s %s %j', (kind, name, spec, expected) => {
    expect(create(kind, name, { spec })).toEqual(expected);
  });

  it.each<[string, string, object, object, string[]]>([
    ['IPAddress', '10.0.0.1', { parentRef: { resource: 'services', name: 's' } }, { parentRef: { resource: 'services', name: 't' } }, ['spec.parentRef: Invalid value: {"Group":"","Resource":"services","Namespace":"","Name":"t"}: field is immutable']],
    ['ServiceCIDR', 'c', { cidrs: ['10.0.0.0/24'] }, { cidrs: ['10.0.0.0/24', '2001:db8::/64'] }, []],
    ['ServiceCIDR', 'c', { cidrs: ['10.0.0.0/24', '2001:db8::/64'] }, { cidrs: ['10.0.0.0/24'] }, ['spec.cidrs: Invalid value: ["10.0.0.0/24"]: field is immutable']],
    ['IngressClass', 'c', { controller: 'example.com/x' }, { controller: 'example.com/y' }, ['spec.controller: Invalid value: "example.com/y": field is immutable']],
  ])('%s %s from %j to %j', (kind, name, old, now, expected) => {
    expect(update(kind, name, { spec: old }, { spec: now })).toEqual(expected);
  });
});
