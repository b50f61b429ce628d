/**
 * What devices a driver offers, and on which nodes.
 *
 * Upstream: validateResourceSliceSpec of pkg/apis/resource/validation/validation.go. Leaves out what is behind feature
 * gates that are off: lists in attributes, mappings to resources of nodes.
 */
import { int, isEmpty, isFields, strings, struct, structs, text } from '../../access.ts';
import type { Fields } from '../../access.ts';
import { invalid, newPath, required, tooLong } from '../../field.ts';
import type { FieldError, Path } from '../../field.ts';
import { byteLength, isDNS1123Subdomain } from '../../names.ts';
import type { KubeObject } from '../../types.ts';
import { check, semanticEqual, validateDNS1123Label, validateImmutableField } from '../checks.ts';
import { validateNodeSelector } from '../core-v1/node-selectors.ts';
import { printInternal } from '../internal/print.ts';
import { newKind } from '../new-kind.ts';
import { nameIsDNSSubdomain } from '../object-names.ts';
import { validateDriverName } from '../storage-v1/csi.ts';
import { validateCapacity } from './capacity.ts';
import { label, validateBinding, validateMap, validatePoolName, validateQualifiedName, validateSet, validateSlice, validateTaint } from './shared.ts';

const path = newPath('spec');
const [maxCounters, maxKey, maxValue, maxEntries, maxAttributes] = [32, 96, 64, 32, 48];
const number = '(0|[1-9]\\d*)';
const before = '(0|[1-9]\\d*|\\d*[a-zA-Z-][0-9a-zA-Z-]*)';
const build = '[0-9a-zA-Z-]+';
const semver = new RegExp(`^${number}\\.${number}\\.${number}(-${before}(\\.${before})*)?(\\+${build}(\\.${build})*)?$`);

const nothing = () => [];

function validateCounters(obj: Fields, name: string, at: Path): FieldError[] {
  const set = text(obj, name);
  return [
    ...(set === '' ? [required(at.child(name))] : validateDNS1123Label(set, at.child(name))),
    ...(isEmpty(obj, 'counters') ? [required(at.child('counters'))] : validateMap(obj, 'counters', maxCounters, 63, validateDNS1123Label, nothing, at)),
  ];
}

function validateAttribute(attribute: Fields, at: Path): FieldError[] {
  const given = ['int', 'bool', 'string', 'version'].filter((name) => attribute[name] !== undefined);
  const [words, version] = [text(attribute, 'string'), text(attribute, 'version')];
  const long = (value: string, name: string) => (byteLength(value) > maxValue ? [tooLong(at.child(name), maxValue)] : []);
  const printed = { IntValue: attribute['int'] ?? null, BoolValue: attribute['bool'] ?? null, StringValue: attribute['string'] ?? null, VersionValue: attribute['version'] ?? null, IntValues: null, BoolValues: null, StringValues: null, VersionValues: null };
  return [
    ...long(words, 'string'),
    ...(given.includes('version') && !semver.test(version) ? [invalid(at.child('version'), version, 'must be a string compatible with semver.org spec 2.0.0')] : []),
    ...long(version, 'version'),
    ...(given.length === 1 ? [] : [invalid(at, given.length === 0 ? '' : printed, 'exactly one value must be specified')]),
  ];
}

/** The ways in which nodes are chosen that are used, as messages name them. */
function validateNodes(obj: Fields, flags: string[], emptyName: string, at: Path): { used: string[]; errors: FieldError[] } {
  const { nodeName, nodeSelector } = obj;
  const named = typeof nodeName === 'string' && nodeName !== '';
  const terms = struct(obj, 'nodeSelector')['nodeSelectorTerms'];
  const several = isFields(nodeSelector) && flags.includes('perDeviceNodeSelection') && (!Array.isArray(terms) || terms.length !== 1);
  return {
    used: [...(named ? ['nodeName'] : []), ...(isFields(nodeSelector) ? ['nodeSelector'] : []), ...flags.filter((name) => obj[name] === true)].map((name) => `\`${name}\``),
    errors: [
      ...(named ? check(isDNS1123Subdomain(nodeName), nodeName, at.child('nodeName')) : []),
      ...(nodeName === '' ? [invalid(at.child('nodeName'), nodeName, emptyName)] : []),
      ...validateNodeSelector(nodeSelector, at.child('nodeSelector')),
      ...(several ? [invalid(at.child('nodeSelector', 'nodeSelectorTerms'), Array.isArray(terms) ? terms.map((term) => printInternal('NodeSelectorTerm', term)) : [], 'must have exactly one node selector term')] : []),
      ...flags.filter((name) => obj[name] === false).map((name) => invalid(at.child(name), false, 'must be either unset or set to true')),
    ],
  };
}

const perDevice = 'if `perDeviceNodeSelection` is set to true in the ResourceSlice spec';

function validateDeviceNodes(device: Fields, each: boolean, at: Path): FieldError[] {
  const set = ['nodeName', 'nodeSelector', 'allNodes'].some((name) => device[name] !== undefined);
  if (!each) return set ? [invalid(at, null, `\`nodeName\`, \`nodeSelector\` and \`allNodes\` can only be set ${perDevice}`)] : [];
  const { used, errors } = validateNodes(device, ['allNodes'], 'must not be empty', at);
  const detail = `exactly one of \`nodeName\`, \`nodeSelector\`, or \`allNodes\` is required when ${perDevice.slice(3)}`;
  if (used.length === 0) return [...errors, required(at, detail)];
  return used.length === 1 ? errors : [...errors, invalid(at, `{${used.join(', ')}}`, detail)];
}

function validateDevice(device: Fields, old: Fields | undefined, each: boolean, at: Path): FieldError[] {
  const attributes = Object.keys(struct(device, 'attributes')).length;
  const entries = attributes + Object.keys(struct(device, 'capacity')).length;
  const shared = device['allowMultipleAllocations'] === true;
  return [
    ...label(text(device, 'name'), at.child('name')),
    ...(entries > maxEntries ? [invalid(at, entries, `the total number of attributes and capacities must not exceed ${maxEntries}`)] : []),
    ...(attributes > maxAttributes ? [invalid(at, attributes, `the total number of attribute values must not exceed ${maxAttributes}`)] : []),
    ...validateMap(device, 'attributes', Infinity, maxKey, validateQualifiedName, validateAttribute, at),
    ...validateMap(device, 'capacity', Infinity, maxKey, validateQualifiedName, (capacity, where) => validateCapacity(capacity, shared, where), at),
    ...(old && semanticEqual(old['taints'], device['taints']) ? [] : validateSlice(structs(device, 'taints'), 16, validateTaint, at.child('taints'))),
    ...validateSet(structs(device, 'consumesCounters'), 2, (set, where) => validateCounters(set, 'counterSet', where), (set) => text(set, 'counterSet'), at.child('consumesCounters')),
    ...validateDeviceNodes(device, each, at),
    ...validateBinding(strings(device, 'bindingConditions'), strings(device, 'bindingFailureConditions'), at),
  ];
}

const needsOne = 'exactly one of `nodeName`, `nodeSelector`, `allNodes`, `perDeviceNodeSelection` is required';

function validateSpec(spec: Fields, old?: Fields): FieldError[] {
  const pool = struct(spec, 'pool');
  const [count, generation] = [int(pool, 'resourceSliceCount') ?? 0, int(pool, 'generation') ?? 0];
  const [at, devices] = [path.child('pool'), structs(spec, 'devices')];
  const { used, errors } = validateNodes(spec, ['allNodes', 'perDeviceNodeSelection'], 'must be either unset or set to a non-empty string', path);
  const advanced = devices.some((device) => structs(device, 'taints').length + structs(device, 'consumesCounters').length > 0);
  const each = spec['perDeviceNodeSelection'] === true;
  const oldDevice = (device: Fields) => structs(old ?? {}, 'devices').find((d) => d['name'] === device['name']);
  return [
    ...validateDriverName(text(spec, 'driver'), path.child('driver')),
    ...validatePoolName(text(pool, 'name'), at.child('name')),
    ...(count <= 0 ? [invalid(at.child('resourceSliceCount'), count, 'must be greater than zero')] : []),
    ...(generation < 0 ? [invalid(at.child('generation'), generation, 'must be greater than or equal to zero')] : []),
    ...(old ? validateImmutableField(text(pool, 'name'), text(struct(old, 'pool'), 'name'), at.child('name')) : []),
    ...(old ? validateImmutableField(text(spec, 'driver'), text(old, 'driver'), path.child('driver')) : []),
    ...(old ? validateImmutableField(spec['nodeName'], old['nodeName'], path.child('nodeName')) : []),
    ...errors,
    ...(used.length === 0 ? [required(path, needsOne)] : []),
    ...(used.length > 1 ? [invalid(path, `{${used.join(', ')}}`, `${needsOne}, but multiple fields are set`)] : []),
    ...(spec['sharedCounters'] !== undefined && spec['devices'] !== undefined ? [invalid(path, '', 'only one of `sharedCounters` or `devices` is allowed')] : []),
    ...validateSet(devices, advanced ? 64 : 128, (device, where) => validateDevice(device, oldDevice(device), each, where), (device) => text(device, 'name'), path.child('devices')),
    ...validateSet(structs(spec, 'sharedCounters'), 8, (set, where) => validateCounters(set, 'name', where), (set) => text(set, 'name'), path.child('sharedCounters')),
  ];
}

export const resourceSlice = newKind({
  namespaced: false,
  nameFn: nameIsDNSSubdomain,
  validate: (obj: KubeObject) => validateSpec(struct(obj, 'spec')),
  validateUpdate: (obj, old) => validateSpec(struct(obj, 'spec'), struct(old, 'spec')),
});
