/**
 * How many requests a priority level takes at once, and what becomes of the others.
 *
 * Upstream: ValidatePriorityLevelConfiguration of pkg/apis/flowcontrol/validation/validation.go.
 */
import { int, isFields, struct, text } from '../../access.ts';
import type { Fields } from '../../access.ts';
import bootstrap from '../../facts/bootstrap.json' with { type: 'json' };
import { forbidden, invalid, newPath, notSupported, required } from '../../field.ts';
import type { FieldError, Path } from '../../field.ts';
import type { KubeObject } from '../../types.ts';
import { semanticEqual } from '../checks.ts';
import { printInternal } from '../internal/print.ts';
import { mandatorySpec } from './mandatory.ts';

const path = newPath('spec');

const maxQueues = 10_000_000;
const maxHashBits = 60;

const entropyBits = (deck: number, hand: number) => Math.ceil(Math.log2(deck) * hand);

function validateQueuing(queuing: Fields, at: Path): FieldError[] {
  const [queues, hand, limit] = [int(queuing, 'queues') ?? 0, int(queuing, 'handSize') ?? 0, int(queuing, 'queueLengthLimit') ?? 0];
  const badHand = (detail: string) => [invalid(at.child('handSize'), hand, detail)];
  const validateHand = () => {
    if (hand <= 0) return badHand('must be positive');
    if (hand > queues) return badHand(`should not be greater than queues (${queues})`);
    return entropyBits(queues, hand) > maxHashBits ? badHand(`required entropy bits of deckSize ${queues} and handSize ${hand} should not be greater than ${maxHashBits}`) : [];
  };
  return [
    ...(limit <= 0 ? [invalid(at.child('queueLengthLimit'), limit, 'must be positive')] : []),
    ...(queues <= 0 ? [invalid(at.child('queues'), queues, 'must be positive')] : []),
    ...(queues > maxQueues ? [invalid(at.child('queues'), queues, `must not be greater than ${maxQueues}`)] : []),
    ...validateHand(),
  ];
}

function validateLimitResponse(response: Fields, at: Path): FieldError[] {
  const { queuing } = response;
  const type = text(response, 'type');
  if (type === 'Reject') return isFields(queuing) ? [forbidden(at.child('queuing'), 'must be nil if limited.limitResponse.type is not Limited')] : [];
  if (type !== 'Queue') return [notSupported(at.child('type'), type, ['Queue', 'Reject'])];
  return isFields(queuing) ? validateQueuing(queuing, at.child('queuing')) : [required(at.child('queuing'), 'must not be empty if limited.limitResponse.type is Limited')];
}

const noLess = (obj: Fields, name: string, detail: string, at: Path) => ((int(obj, name) ?? 0) < 0 ? [invalid(at.child(name), int(obj, name), detail)] : []);
const nonNegative = 'must be a non-negative integer';

function validateLendable(obj: Fields, at: Path): FieldError[] {
  const percent = int(obj, 'lendablePercent') ?? 0;
  return percent >= 0 && percent <= 100 ? [] : [invalid(at.child('lendablePercent'), percent, 'must be between 0 and 100, inclusive')];
}

function validateLimited(limited: Fields, at: Path): FieldError[] {
  return [
    ...noLess(limited, 'nominalConcurrencyShares', nonNegative, at),
    ...validateLimitResponse(struct(limited, 'limitResponse'), at.child('limitResponse')),
    ...validateLendable(limited, at),
    ...noLess(limited, 'borrowingLimitPercent', `if specified, ${nonNegative}`, at),
  ];
}

function validateByType(spec: Fields): FieldError[] {
  const { limited, exempt } = spec;
  const type = text(spec, 'type');
  const [limitedAt, exemptAt] = [path.child('limited'), path.child('exempt')];
  if (type === 'Exempt') {
    return [
      ...(isFields(limited) ? [forbidden(limitedAt, 'must be nil if the type is not Limited')] : []),
      ...(isFields(exempt) ? [...noLess(exempt, 'nominalConcurrencyShares', nonNegative, exemptAt), ...validateLendable(exempt, exemptAt)] : []),
    ];
  }
  if (type !== 'Limited') return [notSupported(path.child('type'), type, ['Exempt', 'Limited'])];
  return [
    ...(isFields(exempt) ? [forbidden(exemptAt, 'must be nil if the type is Limited')] : []),
    ...(isFields(limited) ? validateLimited(limited, limitedAt) : [required(limitedAt, 'must not be empty when type is Limited')]),
  ];
}

/** Of the level that is exempt its own share may be chosen. */
function validateFixedLevel(name: string, spec: Fields): FieldError[] {
  const fixed = mandatorySpec(bootstrap.prioritylevelconfigurations, name);
  const own = name === 'exempt';
  if (!fixed || semanticEqual(own ? { ...spec, exempt: fixed['exempt'] } : spec, fixed)) return [];
  return [invalid(path, printInternal('PriorityLevelConfigurationSpec', spec), `spec of '${name}'${own ? " except the 'spec.exempt' field" : ''} must equal the fixed value`)];
}

const roundtrip = 'flowcontrol.k8s.io/v1beta3-preserve-zero-concurrency-shares';

export function validatePriorityLevel(obj: KubeObject): FieldError[] {
  const { name = '', annotations } = obj.metadata;
  const spec = struct(obj, 'spec');
  const [type, exempt] = [text(spec, 'type'), name === 'exempt'];
  return [
    ...(annotations?.[roundtrip] === undefined ? [] : [forbidden(newPath('metadata', 'annotations'), `annotation '${roundtrip}' is forbidden`)]),
    ...(exempt === (type === 'Exempt') ? [] : [invalid(path.child('type'), type, "must be 'Exempt' if and only if `name` is 'exempt'")]),
    ...validateByType(spec),
    ...validateFixedLevel(name, spec),
  ];
}
