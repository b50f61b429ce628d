/**
 * The log of a container, which its kubelet has.
 *
 * Upstream: pkg/registry/core/pod/rest/log.go, pkg/registry/core/pod/strategy.go (LogLocation), pkg/apis/core/validation
 * (ValidatePodLogOptions). Leaves out the stream itself (see node-connection.ts).
 */
import { int, struct, text } from '../../apimachinery/access.ts';
import type { Fields } from '../../apimachinery/access.ts';
import { forbidden, invalid, newPath, notSupported } from '../../apimachinery/field.ts';
import type { FieldError } from '../../apimachinery/field.ts';
import { newInvalid } from '../../http/status.ts';
import type { Connecter } from '../rest.ts';
import type { Store } from '../store.ts';
import { connectOptions } from './connect-options.ts';
import { dialError, getConnectionInfo, joinHostPort } from './node-connection.ts';
import { validateContainer } from './pod-container.ts';

/** Options that travel on to the kubelet, as it names them. */
const PASSED_ON = ['follow', 'limitBytes', 'previous', 'sinceSeconds', 'sinceTime', 'stream', 'tailLines', 'timestamps'];
const ALL_STREAMS = 'All';
/** Where errors of several options stand. */
const ALL_OPTIONS = newPath('[]');

export function newLogConnecter(pods: Store, nodes: Store): Connecter {
  return {
    methods: ['GET'],
    tail: false,
    produces: ['text/plain'],
    verb: 'get',
    options: connectOptions('PodLogOptions'),
    async connect(ctx, name, options, _req, res) {
      const errors = validateLogOptions(options);
      if (errors.length > 0) throw newInvalid({ group: '', kind: 'PodLogOptions' }, name, errors);
      const pod = await pods.get(ctx, name, { resourceVersion: '' });
      const container = validateContainer(text(options, 'container'), pod);
      const node = text(struct(pod, 'spec'), 'nodeName');
      if (node === '') return void res.status(204).end();
      const { hostname, port } = await getConnectionInfo(ctx, nodes, node);
      const host = joinHostPort(hostname, port);
      const path = `/containerLogs/${pod.metadata.namespace ?? ''}/${name}/${container}`;
      throw new Error(`Get "https://${host}${path}?${paramsOf(options)}": ${dialError(host)}`);
    },
  };
}

function paramsOf(options: Fields): URLSearchParams {
  const all: Fields = { stream: ALL_STREAMS, ...options };
  return new URLSearchParams(PASSED_ON.flatMap((name) => (all[name] === undefined || all[name] === false ? [] : [[name, String(all[name])]])));
}

function validateLogOptions(options: Fields): FieldError[] {
  const [tailLines, limitBytes, sinceSeconds] = [int(options, 'tailLines'), int(options, 'limitBytes'), int(options, 'sinceSeconds')];
  const stream = text(options, 'stream') || ALL_STREAMS;
  const errors: FieldError[] = [];
  if (tailLines !== undefined && tailLines < 0) errors.push(invalid(newPath('tailLines'), tailLines, 'must be greater than or equal to 0'));
  if (limitBytes !== undefined && limitBytes < 1) errors.push(invalid(newPath('limitBytes'), limitBytes, 'must be greater than 0'));
  if (sinceSeconds !== undefined && options['sinceTime'] !== undefined) errors.push(forbidden(ALL_OPTIONS, 'at most one of `sinceTime` or `sinceSeconds` may be specified'));
  else if (sinceSeconds !== undefined && sinceSeconds < 1) errors.push(invalid(newPath('sinceSeconds'), sinceSeconds, 'must be greater than 0'));
  if (![ALL_STREAMS, 'Stdout', 'Stderr'].includes(stream)) errors.push(notSupported(newPath('stream'), stream, [ALL_STREAMS, 'Stderr', 'Stdout']));
  if (stream !== ALL_STREAMS && tailLines !== undefined) errors.push(forbidden(ALL_OPTIONS, '`tailLines` and specific `stream` are mutually exclusive for now'));
  return errors;
}
