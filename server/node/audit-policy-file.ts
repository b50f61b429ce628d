/**
 * The file of `--audit-policy-file`.
 *
 * Upstream: k8s.io/apiserver/pkg/audit/policy/reader.go. As there, a field that nobody knows is told of in the log, and
 * the server starts.
 */
import { readFile } from 'node:fs/promises';
import { aggregate } from '../apimachinery/field.ts';
import { quote } from '../apimachinery/quote.ts';
import { newNotRegistered } from '../apimachinery/serializer/decode-error.ts';
import { gvkWithDefaults, interpret } from '../apimachinery/serializer/object-decoder.ts';
import { decodeTyped } from '../apimachinery/serializer/typed/decode.ts';
import { yamlToJSON } from '../apimachinery/serializer/yaml.ts';
import { formatGroupVersion } from '../apimachinery/types.ts';
import { GROUP_VERSION } from '../audit/encode.ts';
import type { Policy } from '../audit/policy.ts';
import { validatePolicy } from '../audit/validation.ts';
import type { RawPolicy } from '../audit/validation.ts';
import { structOf } from '../authorization/go-struct.ts';
import type { Logger } from '../observe/logger.ts';
import { UsageError } from './usage-error.ts';

const texts = ['string'] as const;
const stages = [{ kind: 'string', goName: 'v1.Stage' }] as const;
const resources = [structOf('v1.GroupResources', { group: 'string', resources: texts, resourceNames: texts })] as const;
const rule = structOf('v1.PolicyRule', {
  level: { kind: 'string', goName: 'v1.Level' }, users: texts, userGroups: texts, verbs: texts, resources, namespaces: texts, nonResourceURLs: texts, omitStages: stages, omitManagedFields: 'bool',
});
const policyType = structOf('v1.Policy', { kind: 'string', apiVersion: 'string', metadata: 'raw', rules: [rule], omitStages: stages, omitManagedFields: 'bool' });

/** What a file is taken for that does not say it: the form inside of the server, which no file has. */
const INTERNAL = { group: 'audit.k8s.io', version: '__internal', kind: 'Policy' };

/** Throws a UsageError that names the file and the place in it. */
export async function loadPolicyFromFile(file: string, log: Logger): Promise<Policy> {
  const bad = (why: string) => new UsageError(`loading audit policy file: ${why.replaceAll('\n', ' ')}`);
  const content = await readFile(file, 'utf8').catch((err: unknown) => {
    throw bad(`failed to read file path ${quote(file)}: ${messageOf(err)}`);
  });
  try {
    return loadPolicy(content, log);
  } catch (err) {
    throw bad(`${messageOf(err)}: from file ${file}`);
  }
}

function loadPolicy(content: string, log: Logger): Policy {
  const { policy, strictErrors } = decode(content);
  if (strictErrors.length > 0) log.error(new Error(`strict decoding error: ${strictErrors.join(', ')}`), 'Audit policy contains errors, falling back to lenient decoding');
  const errors = validatePolicy(policy);
  if (errors.length > 0) throw new Error(aggregate(errors));
  if ((policy.rules ?? []).length === 0) throw new Error('loaded illegal policy with 0 rules');
  // its levels and stages have just been looked at
  return policy as Policy;
}

function decode(content: string): { policy: RawPolicy; strictErrors: string[] } {
  const { value, duplicates } = orFailedDecoding(() => yamlToJSON(content));
  const gvk = gvkWithDefaults(orFailedDecoding(() => interpret(value)), INTERNAL);
  const gv = formatGroupVersion(gvk);
  if (gvk.version === INTERNAL.version) throw new Error(`unknown group version field ${gv}, Kind=${gvk.kind} in policy`);
  return orFailedDecoding(() => {
    if (gv !== GROUP_VERSION || gvk.kind !== 'Policy') throw newNotRegistered(gvk, 'k8s.io/apiserver/pkg/audit/scheme.go:30');
    const decoded = decodeTyped(policyType, value ?? {}, { strict: true });
    return { policy: decoded.value, strictErrors: [...duplicates, ...decoded.strictErrors] };
  });
}

function orFailedDecoding<T>(step: () => T): T {
  try {
    return step();
  } catch (err) {
    throw new Error(`failed decoding: ${messageOf(err)}`, { cause: err });
  }
}

const messageOf = (err: unknown) => (err instanceof Error ? err.message : String(err));
