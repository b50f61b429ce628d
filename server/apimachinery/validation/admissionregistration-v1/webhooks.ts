/**
 * Webhook configurations.
 *
 * Upstream: ValidateValidatingWebhookConfiguration, ValidateMutatingWebhookConfiguration of
 * pkg/apis/admissionregistration/validation/validation.go; k8s.io/apiserver/pkg/util/webhook/validation.go.
 */
import { int, isFields, strings, struct, structs, text } from '../../access.ts';
import type { Fields } from '../../access.ts';
import { duplicate, invalid, newPath, notSupported, required } from '../../field.ts';
import type { FieldError, Path } from '../../field.ts';
import { isDNS1035Label, isDNS1123Subdomain, isValidPortNum } from '../../names.ts';
import { quote } from '../../quote.ts';
import type { KubeObject } from '../../types.ts';
import { Names, check, eachSliceVal } from '../checks.ts';
import { validateLabelSelector } from '../labels.ts';
import { rulesOf, validateMatchConditions } from './rules.ts';

const form = '; desired format: https://host[/path]';

/** The parts of a URL as Go's url.Parse has them. */
const urlParts = /^(?:([A-Za-z][A-Za-z0-9+.-]*):)?(?:\/\/(?:([^/?#]*)@)?([^/?#]*))?([^?#]*)(?:\?([^#]*))?(?:#(.*))?$/s;

/** Why Go cannot read a URL; empty if it can. */
function whyNoURL(url: string, host: string): string {
  const [escape] = /%(?![0-9A-Fa-f]{2}).{0,2}/s.exec(url) ?? [];
  const [strange] = /[ \\^`{|}]/.exec(host) ?? [];
  const [port] = /:[^:\]]*$/.exec(host) ?? [];
  if (/\p{Cc}/u.test(url)) return 'net/url: invalid control character in URL';
  if (url.startsWith(':')) return 'missing protocol scheme';
  if (escape !== undefined) return `invalid URL escape ${quote(escape)}`;
  if (strange !== undefined) return `invalid character ${quote(strange)} in host name`;
  return port === undefined || /^:\d*$/.test(port) ? '' : `invalid port ${quote(port)} after host`;
}

function validateWebhookURL(url: string, path: Path): FieldError[] {
  const [, scheme = '', user, host = '', , query = '', fragment = ''] = urlParts.exec(url) ?? [];
  const why = whyNoURL(url, host);
  if (why !== '') return [required(path, `url must be a valid URL: parse ${quote(url)}: ${why}${form}`)];
  return [
    ...(scheme.toLowerCase() === 'https' ? [] : [invalid(path, scheme.toLowerCase(), `'https' is the only allowed URL scheme${form}`)]),
    ...(host === '' ? [invalid(path, host, `host must be specified${form}`)] : []),
    ...(user === undefined ? [] : [invalid(path, user, 'user information is not permitted in the URL')]),
    ...(fragment === '' ? [] : [invalid(path, fragment, 'fragments are not permitted in the URL')]),
    ...(query === '' ? [] : [invalid(path, query, 'query parameters are not permitted in the URL')]),
  ];
}

function validateServicePath(value: string, at: Path): FieldError[] {
  if (value === '' || value === '/') return [];
  if (value === '//') return [invalid(at, value, 'segment[0] may not be empty')];
  const errors = value.startsWith('/') ? [] : [invalid(at, value, "must start with a '/'")];
  const steps = value.slice(1).replace(/\/$/, '').split('/');
  return [...errors, ...steps.flatMap((step, i) => {
    if (step === '') return [invalid(at, value, `segment[${i}] may not be empty`)];
    return isDNS1123Subdomain(step).map((reason) => invalid(at, value, `segment[${i}]: ${reason}`));
  })];
}

function validateWebhookService(service: Fields, path: Path): FieldError[] {
  const port = int(service, 'port') ?? 0;
  const badPort = isValidPortNum(port);
  // upstream hands the two names over the wrong way round
  return [
    ...(text(service, 'namespace') === '' ? [required(path.child('name'))] : []),
    ...(text(service, 'name') === '' ? [required(path.child('namespace'))] : []),
    ...(badPort.length > 0 ? [invalid(path.child('port'), port, `port is not valid: ${badPort.join(', ')}`)] : []),
    ...validateServicePath(text(service, 'path'), path.child('path')),
  ];
}

function validateClientConfig(config: Fields, path: Path): FieldError[] {
  const { url, service } = config;
  if ((typeof url === 'string') === isFields(service)) return [required(path, 'exactly one of url or service is required')];
  return isFields(service) ? validateWebhookService(service, path.child('service')) : validateWebhookURL(text(config, 'url'), path.child('url'));
}

/** With at least three parts. */
function validateFullyQualifiedName(name: string, path: Path): FieldError[] {
  if (name === '') return [required(path)];
  const reasons = isDNS1123Subdomain(name);
  if (reasons.length > 0) return [invalid(path, name, reasons.join(','))];
  return name.split('.').length < 3 ? [invalid(path, name, 'should be a domain with at least three segments separated by dots')] : [];
}

const choices = { failurePolicy: ['Fail', 'Ignore'], matchPolicy: ['Equivalent', 'Exact'], reinvocationPolicy: ['IfNeeded', 'Never'] };
const sideEffectClasses = ['None', 'NoneOnDryRun'];
const reviewVersions = ['v1', 'v1beta1'];

function validateChoice(hook: Fields, name: keyof typeof choices, path: Path): FieldError[] {
  const value = hook[name];
  return value === undefined || choices[name].includes(String(value)) ? [] : [notSupported(path.child(name), value, choices[name])];
}

function validateSideEffects(value: unknown, path: Path): FieldError[] {
  if (value === undefined) return [required(path, `must specify one of ${sideEffectClasses.join(', ')}`)];
  return sideEffectClasses.includes(String(value)) ? [] : [notSupported(path, value, sideEffectClasses)];
}

function validateReviewVersions(versions: string[], path: Path): FieldError[] {
  if (versions.length === 0) return [required(path, `must specify one of ${reviewVersions.join(', ')}`)];
  const errors = eachSliceVal(versions, path, (version, at, i) => (versions.indexOf(version) < i ? [invalid(at, version, 'duplicate version')] : check(isDNS1035Label(version), version, at)));
  return versions.some((v) => reviewVersions.includes(v)) ? errors : [...errors, invalid(path, versions, `must include at least one of ${reviewVersions.join(', ')}`)];
}

function validateWebhook(hook: Fields, path: Path): FieldError[] {
  const timeout = int(hook, 'timeoutSeconds');
  return [
    ...validateFullyQualifiedName(text(hook, 'name'), path.child('name')),
    ...rulesOf(hook, 'rules', path),
    ...validateChoice(hook, 'failurePolicy', path),
    ...validateChoice(hook, 'matchPolicy', path),
    ...validateSideEffects(hook['sideEffects'], path.child('sideEffects')),
    ...(timeout !== undefined && (timeout > 30 || timeout < 1) ? [invalid(path.child('timeoutSeconds'), timeout, 'the timeout value must be between 1 and 30 seconds')] : []),
    ...['namespaceSelector', 'objectSelector'].flatMap((name) => (isFields(hook[name]) ? validateLabelSelector(struct(hook, name), path.child(name)) : [])),
    ...validateChoice(hook, 'reinvocationPolicy', path),
    ...validateClientConfig(struct(hook, 'clientConfig'), path.child('clientConfig')),
    ...validateMatchConditions(structs(hook, 'matchConditions'), path.child('matchConditions')),
    ...validateReviewVersions(strings(hook, 'admissionReviewVersions'), path.child('admissionReviewVersions')),
  ];
}

export function validateWebhooks(obj: KubeObject): FieldError[] {
  const names = new Names();
  return eachSliceVal(structs(obj, 'webhooks'), newPath('webhooks'), (hook, at) => {
    const name = text(hook, 'name');
    return [...validateWebhook(hook, at), ...(names.repeats(name) ? [duplicate(at.child('name'), name)] : [])];
  });
}
