/**
 * Events, in the core group as lenient as they ever were, in events.k8s.io strict.
 *
 * Upstream: pkg/apis/core/validation/events.go.
 */
import { int, isFields, struct, text } from '../../access.ts';
import type { Fields } from '../../access.ts';
import { invalid, newPath, required } from '../../field.ts';
import type { FieldError } from '../../field.ts';
import { byteLength, isDNS1123Subdomain } from '../../names.ts';
import type { KubeObject } from '../../types.ts';
import { check, fieldImmutable, semanticEqual, validateQualifiedName } from '../checks.ts';
import { printInternal } from '../internal/print.ts';
import type { KindValidation } from '../kind-validation.ts';
import { metadata } from '../new-kind.ts';
import { validateKubeObjectMeta, validateKubeObjectMetaUpdate } from '../object-meta.ts';
import { nameIsDNSSubdomain } from '../object-names.ts';

/** How the two versions call the same fields. */
interface Names {
  object: string;
  controller: string;
  message: string;
}

const coreNames: Names = { object: 'involvedObject', controller: 'reportingComponent', message: 'message' };
const eventNames: Names = { object: 'regarding', controller: 'reportingController', message: 'note' };

/** Must be there, and not longer than that. */
function bounded(value: string, name: string, limit: number): FieldError[] {
  if (value === '') return [required(newPath(name))];
  return byteLength(value) > limit ? [invalid(newPath(name), '', `can have at most ${limit} characters`)] : [];
}

function validateNamespaces(namespace: string, object: Fields, isNew: boolean): FieldError[] {
  const own = text(object, 'namespace');
  const clusterWide = isNew ? ['default', 'kube-system'] : ['', 'default'];
  const fits = own === '' ? clusterWide.includes(namespace) : isNew || own === namespace;
  return fits ? [] : [invalid(newPath('involvedObject', 'namespace'), own, 'does not match event.namespace')];
}

function legacyValidateEvent(obj: KubeObject, names: Names): FieldError[] {
  const namespace = obj.metadata.namespace ?? '';
  const isNew = text(obj, 'eventTime') !== '';
  const errors = validateNamespaces(namespace, struct(obj, names.object), isNew);
  if (isNew) {
    const controller = text(obj, names.controller);
    if (controller === '') errors.push(required(newPath(names.controller)));
    errors.push(
      ...validateQualifiedName(controller, newPath(names.controller)),
      ...bounded(text(obj, 'reportingInstance'), 'reportingInstance', 128),
      ...bounded(text(obj, 'action'), 'action', 128),
      ...bounded(text(obj, 'reason'), 'reason', 128),
    );
    const message = text(obj, names.message);
    if (byteLength(message) > 1024) errors.push(...bounded(message, 'message', 1024));
  }
  return [...errors, ...check(isDNS1123Subdomain(namespace), namespace, newPath('namespace'))];
}

function validateSeries({ series }: Fields): FieldError[] {
  if (!isFields(series)) return [];
  return [
    ...((int(series, 'count') ?? 0) < 2 ? [invalid(newPath('series.count'), '', 'should be at least 2')] : []),
    ...(text(series, 'lastObservedTime') === '' ? [required(newPath('series.lastObservedTime'))] : []),
  ];
}

/** What only old events have, and how upstream calls it. */
const deprecated = [['deprecatedFirstTimestamp', 'firstTimestamp'], ['deprecatedLastTimestamp', 'lastTimestamp'], ['deprecatedCount', 'count'], ['deprecatedSource', 'source']] as const;

function validateStrict(obj: KubeObject): FieldError[] {
  const errors = [
    ...legacyValidateEvent(obj, eventNames),
    ...validateKubeObjectMeta(obj.metadata, { namespaced: true, nameFn: nameIsDNSSubdomain }, metadata),
    ...validateSeries(obj),
  ];
  if (text(obj, 'eventTime') === '') errors.push(required(newPath('eventTime')));
  const type = text(obj, 'type');
  if (type !== 'Normal' && type !== 'Warning') errors.push(invalid(newPath('type'), '', `has invalid value: ${type}`));
  for (const [field, name] of deprecated) {
    if (obj[field] && !semanticEqual(obj[field], {})) errors.push(invalid(newPath(name), '', 'needs to be unset'));
  }
  return errors;
}

/** What never changes, and its Go name. */
const immutable = [
  ['regarding', 'InvolvedObject'], ['reason', 'Reason'], ['note', 'Message'], ['deprecatedSource', 'Source'], ['deprecatedFirstTimestamp', 'FirstTimestamp'], ['deprecatedLastTimestamp', 'LastTimestamp'],
  ['deprecatedCount', 'Count'], ['reason', 'Reason'], ['type', 'Type'], ['eventTime', 'EventTime'], ['action', 'Action'], ['related', 'Related'], ['reportingController', 'ReportingController'], ['reportingInstance', 'ReportingInstance'],
] as const;

function validateStrictUpdate(obj: KubeObject, old: KubeObject): FieldError[] {
  const printed = printInternal('Event', Object.fromEntries(immutable.map(([field, name]) => [name, obj[field]])));
  const changed = immutable.filter(([field]) => !semanticEqual(obj[field], old[field]));
  return [
    ...legacyValidateEvent(obj, eventNames),
    ...validateKubeObjectMetaUpdate(obj.metadata, old.metadata, metadata),
    ...(semanticEqual(obj['series'], old['series']) ? [] : validateSeries(obj)),
    ...changed.map(([, name]) => invalid(newPath(`${name.charAt(0).toLowerCase()}${name.slice(1)}`), printed[name], fieldImmutable)),
  ];
}

export const coreEvent: KindValidation = {
  validate: (obj) => legacyValidateEvent(obj, coreNames),
  validateUpdate: (obj) => legacyValidateEvent(obj, coreNames),
};

export const event: KindValidation = { validate: validateStrict, validateUpdate: validateStrictUpdate };
