/**
 * Probes and lifecycle hooks of containers.
 *
 * Upstream: validateHandler, validateProbe, validateLifecycle of pkg/apis/core/validation/validation.go.
 */
import { int, isFields, strings, structs, text } from '../../access.ts';
import type { Fields } from '../../access.ts';
import { forbidden, invalid, notSupported, required } from '../../field.ts';
import type { FieldError, Path } from '../../field.ts';
import { isHTTPHeaderName, isValidPortNum } from '../../names.ts';
import { check, requireText, validateNonnegativeFields, validatePortNumOrName } from '../checks.ts';

function validateHTTPGet(http: Fields, path: Path): FieldError[] {
  const scheme = text(http, 'scheme');
  return [
    ...requireText(http, 'path', path),
    ...validatePortNumOrName(http['port'], path.child('port')),
    ...(scheme === 'HTTP' || scheme === 'HTTPS' ? [] : [notSupported(path.child('scheme'), scheme, ['HTTP', 'HTTPS'])]),
    ...structs(http, 'httpHeaders').flatMap((h) => check(isHTTPHeaderName(text(h, 'name')), text(h, 'name'), path.child('httpHeaders'))),
  ];
}

type Handler = (action: Fields, gracePeriod: number, path: Path) => FieldError[];

const handlers: Record<string, Handler> = {
  exec: (exec, _grace, path) => (strings(exec, 'command').length === 0 ? [required(path.child('command'))] : []),
  httpGet: (http, _grace, path) => validateHTTPGet(http, path),
  tcpSocket: (tcp, _grace, path) => validatePortNumOrName(tcp['port'], path.child('port')),
  grpc: (grpc, _grace, path) => check(isValidPortNum(int(grpc, 'port') ?? 0), int(grpc, 'port') ?? 0, path.child('port')),
  sleep: (sleep, grace, path) => {
    const seconds = int(sleep, 'seconds') ?? 0;
    return seconds < 0 || seconds > grace ? [invalid(path, seconds, `must be non-negative and less than terminationGracePeriodSeconds (${grace})`)] : [];
  },
};

function validateHandler(handler: Fields, gracePeriod: number, path: Path): FieldError[] {
  const [first, ...others] = Object.keys(handlers).filter((name) => isFields(handler[name]));
  if (first === undefined) return [required(path, 'must specify a handler type')];
  const action = handler[first];
  return [
    ...(isFields(action) ? (handlers[first]?.(action, gracePeriod, path.child(first)) ?? []) : []),
    ...others.map((name) => forbidden(path.child(name), 'may not specify more than 1 handler type')),
  ];
}

export function validateLifecycle(lifecycle: unknown, gracePeriod: number, path: Path): FieldError[] {
  if (!isFields(lifecycle)) return [];
  return ['postStart', 'preStop'].flatMap((name) => {
    const hook = lifecycle[name];
    return isFields(hook) ? validateHandler(hook, gracePeriod, path.child(name)) : [];
  });
}

const numbers = ['initialDelaySeconds', 'timeoutSeconds', 'periodSeconds', 'successThreshold', 'failureThreshold'];

/** `single` probes are those that one success has to satisfy: liveness and startup. */
export function validateProbe(probe: unknown, gracePeriod: number, path: Path, single: boolean): FieldError[] {
  if (!isFields(probe)) return [];
  const errors = [...validateHandler(probe, gracePeriod, path), ...validateNonnegativeFields(probe, numbers, path)];
  const grace = int(probe, 'terminationGracePeriodSeconds');
  if (grace !== undefined && grace <= 0) errors.push(invalid(path.child('terminationGracePeriodSeconds'), grace, 'must be greater than 0'));
  const threshold = int(probe, 'successThreshold');
  if (single && threshold !== 1) errors.push(invalid(path.child('successThreshold'), threshold ?? 0, 'must be 1'));
  if (!single && grace !== undefined) errors.push(invalid(path.child('terminationGracePeriodSeconds'), grace, 'must not be set for readinessProbes'));
  return errors;
}
