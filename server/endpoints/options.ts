/**
 * The query parameters of the verbs, parsed and checked.
 *
 * Upstream: k8s.io/apimachinery/pkg/apis/meta/internalversion (ListOptions, SetListOptionsDefaults and validation) and
 * pkg/apis/meta/v1/validation (ValidateCreateOptions and its siblings).
 */
import { forbidden, invalid, newPath, notSupported } from '../apimachinery/field.ts';
import { parseFieldSelector } from '../apimachinery/fields.ts';
import { parseLabelSelector } from '../apimachinery/label-parser.ts';
import { validateFieldManager } from '../apimachinery/validation/object-meta.ts';
import { newBadRequest, newInvalid } from '../http/status.ts';
import type { FieldError } from '../http/status.ts';
export { urlQuery as queryOf } from '../http/url-query.ts';
import type { DeleteOptions, GetOptions, ListOptions, WriteOptions } from '../registry/rest.ts';
import type { ResourceVersionMatch } from '../storage/interfaces.ts';

const META_GROUP = 'meta.k8s.io';
const ignoreReadError = 'ignoreStoreReadErrorWithClusterBreakingPotential';

export function parseGetOptions(query: URLSearchParams): GetOptions {
  if (boolean(query, 'export')) throw newBadRequest('the export parameter, deprecated since v1.14, is no longer supported');
  return { resourceVersion: query.get('resourceVersion') ?? '' };
}

/** `knownField` says which field is meant, or throws. */
export function parseListOptions(query: URLSearchParams, knownField: (field: string) => string): ListOptions {
  const options: ListOptions = {
    labelSelector: selector(() => parseLabelSelector(query.get('labelSelector') ?? '')),
    fieldSelector: selector(() => parseFieldSelector(query.get('fieldSelector') ?? '')),
    resourceVersion: query.get('resourceVersion') ?? '',
    // one of the three after the check below
    resourceVersionMatch: (query.get('resourceVersionMatch') ?? '') as ResourceVersionMatch,
    limit: integer(query, 'limit') ?? 0,
    continue: query.get('continue') ?? '',
    allowWatchBookmarks: boolean(query, 'allowWatchBookmarks') ?? false,
    watch: boolean(query, 'watch') ?? false,
  };
  const timeoutSeconds = integer(query, 'timeoutSeconds');
  if (timeoutSeconds !== undefined) options.timeoutSeconds = timeoutSeconds;
  setInitialEventsDefaults(options, boolean(query, 'sendInitialEvents'));
  const errors = options.watch ? validateWatchOptions(options) : validateListOptions(options);
  if (errors.length > 0) throw newInvalid({ group: META_GROUP, kind: 'ListOptions' }, '', errors);
  options.fieldSelector = options.fieldSelector.transform((field, value) => ({ field: knownField(field), value }));
  return options;
}

/** A watch from no particular version sends what there is first, unless it is told not to. */
function setInitialEventsDefaults(options: ListOptions, sendInitialEvents: boolean | undefined): void {
  if (sendInitialEvents !== undefined) options.sendInitialEvents = sendInitialEvents;
  const legacy = options.resourceVersion === '' || options.resourceVersion === '0';
  if (options.watch && legacy && sendInitialEvents === undefined && options.resourceVersionMatch === '') {
    options.sendInitialEvents = true;
    options.resourceVersionMatch = 'NotOlderThan';
  }
}

function validateListOptions({ resourceVersion, resourceVersionMatch: match, continue: token, sendInitialEvents }: ListOptions): FieldError[] {
  const errors: FieldError[] = [];
  const path = newPath('resourceVersionMatch');
  if (match !== '') {
    if (resourceVersion === '') errors.push(forbidden(path, 'resourceVersionMatch is forbidden unless resourceVersion is provided'));
    if (token !== '') errors.push(forbidden(path, 'resourceVersionMatch is forbidden when continue is provided'));
    if (match !== 'Exact' && match !== 'NotOlderThan') errors.push(notSupported(path, match, ['Exact', 'NotOlderThan', '']));
    if (match === 'Exact' && resourceVersion === '0') errors.push(forbidden(path, 'resourceVersionMatch "exact" is forbidden for resourceVersion "0"'));
  }
  if (sendInitialEvents !== undefined) errors.push(forbidden(newPath('sendInitialEvents'), 'sendInitialEvents is forbidden for list'));
  return errors;
}

function validateWatchOptions({ resourceVersionMatch: match, continue: token, sendInitialEvents }: ListOptions): FieldError[] {
  const errors: FieldError[] = [];
  const path = newPath('resourceVersionMatch');
  if (sendInitialEvents !== undefined && match !== 'NotOlderThan') {
    errors.push(forbidden(path, 'sendInitialEvents requires setting resourceVersionMatch to NotOlderThan'));
  }
  if (match !== '') {
    if (sendInitialEvents === undefined) errors.push(forbidden(path, 'resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided'));
    if (match !== 'NotOlderThan') errors.push(notSupported(path, match, ['NotOlderThan']));
    if (token !== '') errors.push(forbidden(path, 'resourceVersionMatch is forbidden when continue is provided'));
  }
  return errors;
}

/** Of create, update and patch; `kind` names the options in errors (`CreateOptions`). */
export function parseWriteOptions(query: URLSearchParams, kind: string, patchType?: string): WriteOptions & { force: boolean } {
  const fieldManager = query.get('fieldManager') ?? '';
  const fieldValidation = query.get('fieldValidation') ?? '';
  const force = boolean(query, 'force');
  const errors: FieldError[] = [];
  if (patchType !== undefined) {
    const applies = patchType.startsWith('application/apply-patch');
    if (applies && fieldManager === '') errors.push({ type: 'FieldValueRequired', field: 'fieldManager', body: 'Required value: is required for apply patch' });
    if (!applies && force !== undefined) errors.push(forbidden(newPath('force'), 'may not be specified for non-apply patch'));
  }
  errors.push(...validateFieldManager(fieldManager, newPath('fieldManager')), ...validateDryRun(query.getAll('dryRun')), ...validateFieldValidation(fieldValidation));
  if (errors.length > 0) throw newInvalid({ group: META_GROUP, kind }, '', errors);
  return {
    dryRun: query.getAll('dryRun').length > 0,
    fieldManager,
    fieldValidation: fieldValidation === 'Strict' || fieldValidation === 'Ignore' ? fieldValidation : 'Warn',
    force: force ?? false,
  };
}

function validateDryRun(values: string[]): FieldError[] {
  return values.every((value) => value === 'All') ? [] : [notSupportedList('dryRun', values, ['All'])];
}

function validateFieldValidation(value: string): FieldError[] {
  return ['', 'Ignore', 'Warn', 'Strict'].includes(value) ? [] : [notSupported(newPath('fieldValidation'), value, ['', 'Ignore', 'Strict', 'Warn'])];
}

function notSupportedList(field: string, values: string[], supported: string[]): FieldError {
  return notSupported(newPath(field), values, supported);
}

/** From the body of a delete where there is one, else from its query. */
export function parseDeleteOptions(source: URLSearchParams | Record<string, unknown>): DeleteOptions {
  const raw = source instanceof URLSearchParams ? fromQuery(source) : source;
  const dryRun = Array.isArray(raw.dryRun) ? raw.dryRun.map(String) : [];
  const policy = raw.propagationPolicy;
  const errors = validateDryRun(dryRun);
  if (raw.orphanDependents !== undefined && policy !== undefined) {
    errors.push(invalid(newPath('propagationPolicy'), policy, 'orphanDependents and deletionPropagation cannot be both set'));
  }
  const propagationPolicy = policy === 'Orphan' || policy === 'Background' || policy === 'Foreground' ? policy : undefined;
  if (policy !== undefined && !propagationPolicy) errors.push(notSupported(newPath('propagationPolicy'), policy, ['Foreground', 'Background', 'Orphan', 'nil']));
  if (errors.length > 0) throw newInvalid({ group: META_GROUP, kind: 'DeleteOptions' }, '', errors);
  const { gracePeriodSeconds, orphanDependents, preconditions } = raw;
  return {
    dryRun: dryRun.length > 0,
    ...(typeof gracePeriodSeconds === 'number' && { gracePeriodSeconds }),
    ...(typeof orphanDependents === 'boolean' && { orphanDependents }),
    ...(propagationPolicy && { propagationPolicy }),
    ...(typeof preconditions === 'object' && preconditions !== null && { preconditions }),
    ...(raw[ignoreReadError] === true && { ignoreStoreReadErrorWithClusterBreakingPotential: true }),
  };
}

function fromQuery(query: URLSearchParams): Record<string, unknown> {
  const uid = query.get('uid');
  const resourceVersion = query.get('resourceVersion');
  return {
    dryRun: query.getAll('dryRun'),
    gracePeriodSeconds: integer(query, 'gracePeriodSeconds'),
    orphanDependents: boolean(query, 'orphanDependents'),
    propagationPolicy: query.get('propagationPolicy') ?? undefined,
    [ignoreReadError]: boolean(query, ignoreReadError),
    preconditions: { ...(uid && { uid }), ...(resourceVersion && { resourceVersion }) },
  };
}

function selector<T>(parse: () => T): T {
  try {
    return parse();
  } catch (err) {
    throw newBadRequest(err instanceof Error ? err.message : String(err));
  }
}

/** Go's rule for query parameters: present is true, unless it says false or 0. */
function boolean(query: URLSearchParams, name: string): boolean | undefined {
  const value = query.get(name);
  return value === null ? undefined : value.toLowerCase() !== 'false' && value !== '0';
}

function integer(query: URLSearchParams, name: string): number | undefined {
  const value = query.get(name);
  if (value === null) return undefined;
  const fail = (why: string) => newBadRequest(`strconv.ParseInt: parsing ${JSON.stringify(value)}: ${why}`);
  if (!/^[+-]?\d+$/.test(value)) throw fail('invalid syntax');
  const exact = BigInt(value.replace('+', ''));
  if (BigInt.asIntN(64, exact) !== exact) throw fail('value out of range');
  // what a number cannot hold exactly is as good as endless
  return Math.min(Math.max(Number(exact), Number.MIN_SAFE_INTEGER), Number.MAX_SAFE_INTEGER);
}
