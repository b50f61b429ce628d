/** What every answer must be, whatever was asked. */
import type { Answer } from './client.ts';
import type { FuzzRequest } from './request.ts';

interface Allowed {
  code: number;
  message: RegExp;
  /** Where upstream answers so. */
  because: string;
}

/** The answers above 499 that upstream gives, too; every other one is a fault. */
const allowed: Allowed[] = [
  { code: 500, message: /Internal Server Error: "/, because: 'withRequestInfo: responsewriters.InternalError where the path cannot be told (/api/v1/watch)' },
  { code: 500, message: /resourceVersion: Invalid value: \\*"/, because: 'APIObjectVersioner.ParseResourceVersion: a storage.InvalidError, which no interpreter turns into a Status' },
  { code: 500, message: /strconv\.ParseUint: parsing \\*"/, because: 'Store.Update: ObjectResourceVersion of the object that was sent' },
  { code: 500, message: /resourceVersion should not be set on objects to be created/, because: 'etcd3 store.Create' },
  { code: 500, message: /invalid key: \\*"/, because: 'storage.PrepareKey: a namespace called . or ..' },
  { code: 500, message: /(?:target|metadata)\.[\w.]+: (?:Required|Invalid|Unsupported)/, because: 'BindingREST.Create: ValidatePodBinding(…).ToAggregate()' },
  { code: 500, message: /no preferred addresses found; known addresses: \[/, because: 'node.ResourceLocation: GetPreferredNodeAddress' },
  {
    code: 500,
    message: /unknown patch type: |expected a \[\]interface \{\}, but received |unable to find api field |The order in patch list:|no elements in any of the given slices|list element types are not identical|does not contain declared merge key|cannot merge lists without merge key|merging lists cannot yet be specified|value for key .* is not a map/,
    because: 'interpretStrategicMergePatchError: what is none of the errors that it knows',
  },
  { code: 500, message: /failed to (?:create typed patch object|convert new object) \(/, because: 'structuredMergeManager.Apply: fmt.Errorf' },
  { code: 500, message: /failed to allocate a (?:serviceIP|nodePort).*: range is full/, because: 'Allocators.allocateCreate: NewInternalError, where no ServiceCIDR is left' },
  { code: 503, message: /no endpoints available for service /, because: 'service.ResourceLocation: NewServiceUnavailable' },
  { code: 504, message: /Timeout: request did not complete within the allotted timeout/, because: 'WithTimeoutForNonLongRunningRequests' },
  { code: 504, message: /Timeout: Too large resource version: /, because: 'watchCache.waitUntilFreshAndBlock: storage.NewTooLargeResourceVersionError' },
];

/** What is wrong with an answer; undefined if nothing is. */
export function faultOf(request: FuzzRequest, answer: Answer): string | undefined {
  const { status, headers, body } = answer;
  if (!(status >= 200 && status < 600)) return `status ${status}`;
  const isHead = request.method === 'HEAD';
  const text = body.toString();
  if (status >= 500) return isHead || allowed.some(({ code, message }) => code === status && message.test(text)) ? undefined : `status ${status}: ${text.slice(0, 400)}`;
  // Go's net/http answers an Expect that it does not know without a body
  if (status < 400 || status === 417 || isHead || !isResourcePath(request.target)) return undefined;
  const type = headers['content-type'] ?? '';
  if (type.startsWith('application/json')) return faultOfStatus(text, status);
  if (type.startsWith('application/yaml')) return /^kind: Status$/m.test(text) && new RegExp(`^code: ${status}$`, 'm').test(text) ? undefined : `no Status: ${text.slice(0, 200)}`;
  if (type.startsWith('application/vnd.kubernetes.protobuf')) return body.includes('Status') ? undefined : `no Status: ${text.slice(0, 200)}`;
  if (status === 404 && text === '404 page not found\n') return undefined;
  return `an error of type ${type}: ${text.slice(0, 200)}`;
}

function faultOfStatus(text: string, status: number): string | undefined {
  try {
    const { kind, apiVersion, status: outcome, code } = JSON.parse(text);
    return kind === 'Status' && apiVersion === 'v1' && outcome === 'Failure' && code === status ? undefined : `not a Status of ${status}: ${text.slice(0, 200)}`;
  } catch {
    return `not JSON: ${text.slice(0, 200)}`;
  }
}

const isResourcePath = (target: string) => /^\/apis?\/[\w./-]*(?:\?|$)/.test(target) && !/\/\/|\/\.\.?(?:\/|\?|$)/.test(target);
