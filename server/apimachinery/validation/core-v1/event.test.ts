import { expect, it } from 'vitest';
import { newChecks } from '../validation.test-util.ts';

const { create, update } = newChecks('events.k8s.io/v1');
const event = { eventTime: '2026-01-01T00:00:00.000000Z', reportingController: 'example.com/c', reportingInstance: 'i', action: 'Run', reason: 'R', type: 'Normal', regarding: { kind: 'Pod', name: 'p', namespace: 'default' } };

it('of the new group says who, what and why', () => {
  expect(create('Event', 'default/e', event)).toEqual([]);
  expect(create('Event', 'default/e', { ...event, action: '', type: 'Odd', series: { count: 1 }, deprecatedCount: 2 })).toEqual([
    'action: Required value', 'series.count: Invalid value: "": should be at least 2', 'series.lastObservedTime: Required value', 'type: Invalid value: "": has invalid value: Odd', 'count: Invalid value: "": needs to be unset',
  ]);
});

it('changes nothing but its series', () => {
  expect(update('Event', 'default/e', event, { ...event, series: { count: 2, lastObservedTime: '2026-01-01T00:00:01.000000Z' } })).toEqual([]);
  expect(update('Event', 'default/e', { ...event, note: 'n' }, { ...event, regarding: { kind: 'Pod', name: 'q', namespace: 'default' } })).toEqual([
    'involvedObject: Invalid value: {"Kind":"Pod","Namespace":"default","Name":"q","UID":"","APIVersion":"","ResourceVersion":"","FieldPath":""}: field is immutable',
    'message: Invalid value: "": field is immutable',
  ]);
});
