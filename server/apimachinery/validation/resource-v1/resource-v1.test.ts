import { describe, expect, it } from 'vitest';
import type { Rest } from '../validation.test-util.ts';
import { newChecks } from '../validation.test-util.ts';

const { create, update, subresource } = newChecks('resource.k8s.io/v1');
const gpu = { name: 'gpu', exactly: { deviceClassName: 'gpu.example.com' } };
const claim = (devices: object): Rest => ({ spec: { devices } });
const exactly = (rest: object) => claim({ requests: [{ name: 'r', exactly: { deviceClassName: 'c', ...rest } }] });
const noLabel = "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')";

describe('a ResourceClaim', () => {
  it.each<[Rest, string[]]>([
    [claim({ requests: [gpu], constraints: [{ requests: ['gpu'], matchAttribute: 'example.com/numa' }], config: [{ opaque: { driver: 'd.example.com', parameters: { a: 1 } } }] }), []],
    [claim({ requests: [{ name: 'Bad' }] }), [`spec.devices.requests[0].name: Invalid value: "Bad": ${noLabel}`, 'spec.devices.requests[0]: Required value: exactly one of `exactly` or `firstAvailable` is required']],
    [claim({ requests: [gpu, gpu] }), ['spec.devices.requests[1]: Duplicate value: "gpu"']],
    [claim({ requests: [{ ...gpu, firstAvailable: [{ name: 'a', deviceClassName: 'c' }] }] }), ['spec.devices.requests[0]: Invalid value: null: exactly one of `exactly` or `firstAvailable` is required, but multiple fields are set']],
    [exactly({ deviceClassName: '', allocationMode: 'Some', count: 2 }), ['spec.devices.requests[0].exactly.deviceClassName: Required value', 'spec.devices.requests[0].exactly.allocationMode: Unsupported value: "Some": supported values: "All", "ExactCount"']],
    [exactly({ allocationMode: 'All', count: 2, selectors: [{}] }), ['spec.devices.requests[0].exactly.selectors[0].cel: Required value', "spec.devices.requests[0].exactly.count: Invalid value: 2: must not be specified when allocationMode is 'All'"]],
    [exactly({ count: -1, tolerations: [{ operator: 'Exists', value: 'v', effect: 'Odd' }, { operator: 'In' }] }), [
      'spec.devices.requests[0].exactly.count: Invalid value: -1: must be greater than zero',
      'spec.devices.requests[0].exactly.tolerations[0].value: Invalid value: "v": must be empty for operator `Exists`',
      'spec.devices.requests[0].exactly.tolerations[0].effect: Unsupported value: "Odd": supported values: "NoExecute", "NoSchedule", "None"',
      'spec.devices.requests[0].exactly.tolerations[1].operator: Unsupported value: "In": supported values: "Equal", "Exists"',
    ]],
    [claim({ requests: [gpu], constraints: [{ requests: ['other', 'a/b/c'] }, { matchAttribute: 'numa' }], config: [{}, { opaque: { driver: 'd', parameters: 'text' } }] }), [
      "spec.devices.constraints[0].requests[0]: Invalid value: \"other\": must be the name of a request in the claim or the name of a request and a subrequest separated by '/'",
      "spec.devices.constraints[0].requests[1]: Invalid value: \"a/b/c\": must be the name of a request in the claim or the name of a request and a subrequest separated by '/'",
      'spec.devices.constraints[0]: Required value: exactly one of "matchAttribute" or "distinctAttribute" is required, but multiple fields are set',
      'spec.devices.constraints[1].matchAttribute: Invalid value: "numa": a fully qualified name must be a domain and a name separated by a slash',
      'spec.devices.config[0].opaque: Required value',
      'spec.devices.config[1].opaque.parameters: Invalid value: "<value omitted>": must be a valid JSON object',
    ]],
    [claim({ requests: Array.from({ length: 33 }, (_, i) => ({ ...gpu, name: `r${i}` })) }), ['spec.devices.requests: Too many: 33: must have at most 32 items']],
  ])('%j', (rest, expected) => {
    expect(create('ResourceClaim', 'default/c', rest)).toEqual(expected);
    expect(update('ResourceClaim', 'default/c', rest, rest)).toEqual([]);
  });

  it('never wants anything else', () => {
    expect(update('ResourceClaim', 'default/c', claim({ requests: [gpu] }), claim({ constraints: [{ matchAttribute: 'a/b' }] }))).toEqual([
      'spec: Invalid value: {"Devices":{"Requests":null,"Constraints":[{"Requests":null,"MatchAttribute":"a/b","DistinctAttribute":null}],"Config":null}}: field is immutable',
    ]);
  });

  const result = { request: 'gpu', driver: 'd.example.com', pool: 'p', device: 'd-0' };
  const given = (rest: object) => ({ ...claim({ requests: [gpu] }), status: { allocation: { devices: { results: [result] } }, ...rest } });

  it.each<[string, object, object, string[]]>([
    ['is reserved when it is allocated', {}, { reservedFor: [{ resource: 'pods', name: 'p', uid: '1' }] }, []],
    ['is not reserved before', {}, { allocation: undefined, reservedFor: [{ resource: 'pods', name: 'p', uid: '' }] }, ['status.reservedFor[0].uid: Required value', 'status.reservedFor: Forbidden: may not be specified when `allocated` is not set']],
    ['names what it was given', {}, { allocation: { devices: { results: [{ ...result, request: 'x', pool: '', shareID: 'no' }] } } }, [
      "status.allocation.devices.results[0].request: Invalid value: \"x\": must be the name of a request in the claim or the name of a request and a subrequest separated by '/'",
      'status.allocation.devices.results[0].pool: Required value',
      'status.allocation.devices.results[0].shareID: Invalid value: "no": error validating uid: invalid UUID length: 2',
    ]],
    ['tells of its own devices', {}, { devices: [{ driver: 'd.example.com', pool: 'p', device: 'd-1', networkData: { ips: ['10.0.0.1', '10.0.0.1/8'] } }] }, [
      'status.devices[0]: Invalid value: {"Driver":"d.example.com","Pool":"p","Device":"d-1","ShareID":""}: must be an allocated device in the claim',
      'status.devices[0].networkData.ips[0]: Invalid value: "10.0.0.1": must be a valid address in CIDR form, (e.g. 10.9.8.7/24 or 2001:db8::1/64)',
    ]],
  ])('%s', (_what, old, now, expected) => {
    expect(subresource('status', 'ResourceClaim', 'default/c', { ...claim({ requests: [gpu] }), status: old }, given(now))).toEqual(expected);
  });

  it('keeps the allocation that it has', () => {
    const [error] = subresource('status', 'ResourceClaim', 'default/c', given({}), given({ allocation: { devices: {} } }));
    expect(error).toBe('status.allocation: Invalid value: {"Devices":{"Results":null,"Config":null},"NodeSelector":null,"AllocationTimestamp":null}: field is immutable');
  });
});

describe('a ResourceClaimTemplate', () => {
  it('has labels and annotations for its claims, and nothing else of their metadata', () => {
    expect(create('ResourceClaimTemplate', 'default/t', { spec: { metadata: { labels: { a: '!' }, name: 'x' }, spec: { devices: { requests: [gpu] } } } })).toEqual([
      expect.stringMatching(/^spec\.metadata\.labels: Invalid value: "!": a valid label must be/),
      'spec.metadata.name: Forbidden: cannot be set',
    ]);
  });
});

describe('a DeviceClass', () => {
  it('names an extended resource', () => {
    expect(create('DeviceClass', 'c', { spec: { selectors: [{ cel: { expression: 'true' } }], extendedResourceName: 'example.com/gpu' } })).toEqual([]);
    expect(create('DeviceClass', 'c', { spec: { selectors: [{}], config: [{}], extendedResourceName: 'cpu' } })).toEqual([
      'spec.selectors[0].cel: Required value', 'spec.config[0].opaque: Required value', 'spec.extendedResourceName: Invalid value: "cpu": must be a valid extended resource name',
    ]);
  });
});

describe('a ResourceSlice', () => {
  const pool = { name: 'p', resourceSliceCount: 1, generation: 1 };
  const slice = (rest: object): Rest => ({ spec: { driver: 'd.example.com', pool, nodeName: 'n', ...rest } });
  const device = (rest: object) => slice({ devices: [{ name: 'd', ...rest }] });

  it.each<[Rest, string[]]>([
    [device({ attributes: { 'example.com/v': { version: '1.2.3' }, n: { int: 1 } }, capacity: { memory: { value: '1Gi' } } }), []],
    [{ spec: { pool: { name: '', generation: -1, resourceSliceCount: 0 } } }, [
      'spec.driver: Required value', 'spec.pool.name: Required value', 'spec.pool.resourceSliceCount: Invalid value: 0: must be greater than zero', 'spec.pool.generation: Invalid value: -1: must be greater than or equal to zero',
      'spec: Required value: exactly one of `nodeName`, `nodeSelector`, `allNodes`, `perDeviceNodeSelection` is required',
    ]],
    [slice({ allNodes: true }), ['spec: Invalid value: "{`nodeName`, `allNodes`}": exactly one of `nodeName`, `nodeSelector`, `allNodes`, `perDeviceNodeSelection` is required, but multiple fields are set']],
    [slice({ nodeName: undefined, allNodes: false }), ['spec.allNodes: Invalid value: false: must be either unset or set to true', 'spec: Required value: exactly one of `nodeName`, `nodeSelector`, `allNodes`, `perDeviceNodeSelection` is required']],
    [slice({ devices: [{ name: 'd' }, { name: 'd' }] }), ['spec.devices[1]: Duplicate value: "d"']],
    [device({ attributes: { a: {}, 'b/': { int: 1 }, c: { version: '1', bool: true } } }), [
      'spec.devices[0].attributes[a]: Invalid value: "": exactly one value must be specified',
      'spec.devices[0].attributes: Invalid value: "": the name must not be empty',
      'spec.devices[0].attributes[c].version: Invalid value: "1": must be a string compatible with semver.org spec 2.0.0',
      'spec.devices[0].attributes[c]: Invalid value: {"IntValue":null,"BoolValue":true,"StringValue":null,"VersionValue":"1","IntValues":null,"BoolValues":null,"StringValues":null,"VersionValues":null}: exactly one value must be specified',
    ]],
    [device({ taints: [{ key: '', effect: '' }], nodeName: 'n', bindingConditions: ['ok'] }), [
      'spec.devices[0].taints[0].key: Invalid value: "": name part must be non-empty',
      expect.stringContaining('spec.devices[0].taints[0].key: Invalid value: "": name part must consist of'),
      'spec.devices[0].taints[0].effect: Required value',
      'spec.devices[0]: Invalid value: null: `nodeName`, `nodeSelector` and `allNodes` can only be set if `perDeviceNodeSelection` is set to true in the ResourceSlice spec',
      'spec.devices[0].bindingFailureConditions: Invalid value: null: bindingFailureConditions are required to use bindingConditions',
    ]],
    [device({ capacity: { m: { value: '1', requestPolicy: { default: '1' } } } }), ['spec.devices[0].capacity[m].requestPolicy: Forbidden: allowMultipleAllocations must be true']],
    [device({ allowMultipleAllocations: true, capacity: { m: { value: '10', requestPolicy: { default: '4', validValues: ['3', '2', '20'] } } } }), [
      'spec.devices[0].capacity[m].requestPolicy.validValues[1]: Invalid value: "2": values must be sorted in ascending order',
      'spec.devices[0].capacity[m].requestPolicy.validValues[2]: Invalid value: "20": option is larger than capacity value: 10',
      'spec.devices[0].capacity[m].requestPolicy.validValues: Invalid value: "4": default value is not valid according to the requestPolicy',
    ]],
    [device({ allowMultipleAllocations: true, capacity: { m: { value: '10', requestPolicy: { default: '4', validRange: { min: '1', max: '12', step: '2' } } } } }), [
      'spec.devices[0].capacity[m].requestPolicy.validRange.max: Invalid value: "12": max is larger than capacity value: 10',
      'spec.devices[0].capacity[m].requestPolicy.validRange.step: Invalid value: "4": value is not a multiple of a given step (2) from (1)',
      'spec.devices[0].capacity[m].requestPolicy.validRange.step: Invalid value: "12": value is not a multiple of a given step (2) from (1)',
    ]],
    [slice({ sharedCounters: [{ name: 'X', counters: {} }] }), [`spec.sharedCounters[0].name: Invalid value: "X": ${noLabel}`, 'spec.sharedCounters[0].counters: Required value']],
  ])('%j', (rest, expected) => {
    expect(create('ResourceSlice', 's', rest)).toEqual(expected);
  });

  it('stays with its driver, pool and node', () => {
    expect(update('ResourceSlice', 's', slice({}), slice({ driver: 'e.example.com', nodeName: 'm' }))).toEqual(['spec.driver: Invalid value: "e.example.com": field is immutable', 'spec.nodeName: Invalid value: "m": field is immutable']);
  });
});
