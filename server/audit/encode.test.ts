import { expect, test } from 'vitest';
import { encodeEvent, encodeEventList } from './encode.ts';
import type { AuditEvent } from './event.ts';
import { eventString } from './format.ts';

const times = { requestReceivedTimestamp: '2026-01-02T03:04:05.060000Z', stageTimestamp: '2026-01-02T03:04:05.070000Z' };
const bare: AuditEvent = { level: 'Metadata', auditID: 'id', stage: 'RequestReceived', requestURI: '/version?a=1&b=2', verb: 'get', user: {}, ...times };
// every field, in no order
const full: AuditEvent = {
  annotations: { 'b.io/x': '2', 'a.io/x': '<1>' },
  ...times,
  responseObject: '{"kind":"Status"}',
  requestObject: '{"b":1,"a":2}',
  responseStatus: { code: 409, details: { retryAfterSeconds: 1, causes: [{ field: 'f', message: 'm', reason: 'r' }], uid: 'u', kind: 'k', group: 'g', name: 'n' }, reason: 'Conflict', message: 'no', status: 'Failure', metadata: {} },
  objectRef: { subresource: 'status', resourceVersion: '7', apiVersion: 'v1', apiGroup: 'apps', uid: 'u', name: 'n', namespace: 'ns', resource: 'deployments' },
  userAgent: 'me "x"', sourceIPs: ['1.2.3.4', '5.6.7.8'],
  authenticationMetadata: { impersonationConstraint: 'impersonate:user-info' },
  impersonatedUser: { groups: ['h'], username: 'bob' },
  user: { extra: { z: ['1'], a: ['2'] }, groups: ['g1', 'g2'], uid: 'u', username: 'alice' },
  verb: 'update', requestURI: '/x', stage: 'ResponseComplete', auditID: 'id', level: 'RequestResponse',
};
const fields = '"level":"RequestResponse","auditID":"id","stage":"ResponseComplete","requestURI":"/x","verb":"update",'
  + '"user":{"username":"alice","uid":"u","groups":["g1","g2"],"extra":{"a":["2"],"z":["1"]}},"impersonatedUser":{"username":"bob","groups":["h"]},'
  + '"authenticationMetadata":{"impersonationConstraint":"impersonate:user-info"},"sourceIPs":["1.2.3.4","5.6.7.8"],"userAgent":"me \\"x\\"",'
  + '"objectRef":{"resource":"deployments","namespace":"ns","name":"n","uid":"u","apiGroup":"apps","apiVersion":"v1","resourceVersion":"7","subresource":"status"},'
  + '"responseStatus":{"metadata":{},"status":"Failure","message":"no","reason":"Conflict","details":{"name":"n","group":"g","kind":"k","uid":"u","causes":[{"reason":"r","message":"m","field":"f"}],"retryAfterSeconds":1},"code":409},'
  + '"requestObject":{"b":1,"a":2},"responseObject":{"kind":"Status"},'
  + '"requestReceivedTimestamp":"2026-01-02T03:04:05.060000Z","stageTimestamp":"2026-01-02T03:04:05.070000Z","annotations":{"a.io/x":"\\u003c1\\u003e","b.io/x":"2"}}';

test('an event is JSON with its fields in the order of the Go struct', () => {
  expect(encodeEvent(full)).toBe(`{"kind":"Event","apiVersion":"audit.k8s.io/v1",${fields}`);
  JSON.parse(encodeEvent(full));
});

test('what is empty is left out', () => {
  expect(encodeEvent(bare)).toBe('{"kind":"Event","apiVersion":"audit.k8s.io/v1","level":"Metadata","auditID":"id","stage":"RequestReceived","requestURI":"/version?a=1\\u0026b=2","verb":"get","user":{},"requestReceivedTimestamp":"2026-01-02T03:04:05.060000Z","stageTimestamp":"2026-01-02T03:04:05.070000Z"}');
  expect(encodeEvent({ ...bare, user: { username: '' }, responseStatus: { metadata: {}, message: '', code: 0 } })).toContain('"user":{},"responseStatus":{"metadata":{}},');
});

test('the events of a list do not say what they are', () => {
  expect(encodeEventList([full, full])).toBe(`{"kind":"EventList","apiVersion":"audit.k8s.io/v1","metadata":{},"items":[{${fields},{${fields}]}`);
});

test('an event as a line of text', () => {
  expect(eventString(bare)).toBe('2026-01-02T03:04:05.06Z AUDIT: id="id" stage="RequestReceived" ip="<unknown>" method="get" user="<none>" groups="<none>" as="<self>" asgroups="<lookup>" user-agent="" namespace="<none>" uri="/version?a=1&b=2" response="<deferred>"');
  expect(eventString(full)).toBe('2026-01-02T03:04:05.06Z AUDIT: id="id" stage="ResponseComplete" ip="1.2.3.4" method="update" user="alice" groups="\\"g1\\",\\"g2\\"" as="bob" asgroups="\\"h\\"" user-agent="me \\"x\\"" namespace="ns" uri="/x" response="409"');
  expect(eventString({ ...bare, requestReceivedTimestamp: '2026-01-02T03:04:10.000000Z' })).toMatch(/^2026-01-02T03:04:10Z AUDIT/);
});
