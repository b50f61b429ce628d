/**
 * The policy file of ABAC: one policy a line, as v1beta1's Policy or in the older form without kind and version; empty
 * lines and those that start with `#` say nothing.
 *
 * Upstream: NewFromFile of pkg/auth/authorizer/abac/abac.go, and pkg/apis/abac/{v0,v1beta1}.
 */
import { newNotRegistered } from '../../apimachinery/serializer/decode-error.ts';
import { parseJSON } from '../../apimachinery/serializer/json-reader.ts';
import { gvkWithDefaults, interpret } from '../../apimachinery/serializer/object-decoder.ts';
import { decodeTyped } from '../../apimachinery/serializer/typed/decode.ts';
import { yamlToJSON } from '../../apimachinery/serializer/yaml.ts';
import { ALL_AUTHENTICATED } from '../../authentication/interfaces.ts';
import { structOf } from '../go-struct.ts';
import type { Policy } from './abac.ts';

const group = 'abac.authorization.kubernetes.io';
const subject = { user: 'string', group: 'string', readonly: 'bool', resource: 'string', namespace: 'string' } as const;
const typeMeta = { kind: 'string', apiVersion: 'string' } as const;
const v0 = structOf('v0.Policy', { ...typeMeta, ...subject });
const v1beta1 = structOf('v1beta1.Policy', { ...typeMeta, spec: structOf('v1beta1.PolicySpec', { ...subject, apiGroup: 'string', nonResourcePath: 'string' }) });
/** How much Go reads of one line. */
const MAX_LINE = 64 * 1024;

const nothing: Policy = { user: '', group: '', readonly: false, apiGroup: '', resource: '', namespace: '', nonResourcePath: '' };

/** Throws an error that names the file, the line and what stands there. */
export function parsePolicyFile(text: string, path: string): Policy[] {
  const policies: Policy[] = [];
  for (const [i, line] of text.split(/\r?\n/).entries()) {
    if (line.length >= MAX_LINE) throw new Error(`error reading policy file ${path}: bufio.Scanner: token too long`);
    const trimmed = line.trim();
    if (trimmed === '' || trimmed.startsWith('#')) continue;
    try {
      policies.push(parsePolicy(line));
    } catch (err) {
      throw new Error(`error reading policy file ${path}, line ${i + 1}: ${line}: ${err instanceof Error ? err.message : String(err)}`, { cause: err });
    }
  }
  return policies;
}

function parsePolicy(line: string): Policy {
  const value = parseLine(line);
  const said = interpret(value);
  const gvk = gvkWithDefaults(said, { group, version: 'v0', kind: 'Policy' });
  if (gvk.group !== group || gvk.kind !== 'Policy' || (gvk.version !== 'v0' && gvk.version !== 'v1beta1')) throw newNotRegistered(gvk, 'pkg/apis/abac/register.go:33');
  // what does not say its kind is taken for the older form
  if (said.kind === '' && gvk.version === 'v1beta1') throw new Error('converting (v1beta1.Policy) to (v0.Policy): unknown conversion');
  return gvk.version === 'v0' ? fromV0(decode(v0, value)) : fromV1beta1(decode(v1beta1, value).spec ?? {});
}

function parseLine(line: string): unknown {
  if (!line.trimStart().startsWith('{')) return yamlToJSON(line).value;
  try {
    return parseJSON(line);
  } catch (err) {
    throw new Error(`couldn't get version/kind; json parse error: ${err instanceof Error ? err.message : String(err)}`, { cause: err });
  }
}

/** The decoder has checked the types. */
function decode(type: typeof v0, value: unknown): Partial<Policy> & { spec?: Partial<Policy> } {
  return decodeTyped(type, typeof value === 'object' && value !== null ? value : {}, { strict: false }).value;
}

/** The older form is about all groups; what it does not name, it allows. */
function fromV0({ user = '', group = '', readonly = false, namespace = '', resource = '' }: Partial<Policy>): Policy {
  return everybody({
    user,
    group: user === '' && group === '' ? '*' : group,
    readonly,
    apiGroup: '*',
    namespace: namespace || '*',
    resource: resource || '*',
    nonResourcePath: namespace === '' && resource === '' ? '*' : '',
  });
}

const fromV1beta1 = (spec: Partial<Policy>): Policy => everybody({ ...nothing, ...spec });

/** `*` are all who have been authenticated. */
function everybody(policy: Policy): Policy {
  return policy.user === '*' || policy.group === '*' ? { ...policy, user: '', group: ALL_AUTHENTICATED } : policy;
}
