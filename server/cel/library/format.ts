/**
 * `format.dns1123Label().validate('my-name')`: what is wrong with a text, if anything.
 *
 * Upstream: k8s.io/apiserver/pkg/cel/library/format.go and pkg/cel/format.go.
 */
import { isDNS1035Label, isDNS1123Label, isDNS1123Subdomain, isQualifiedName, isValidLabelValue } from '../../apimachinery/names.ts';
import { func, method } from '../functions.ts';
import type { Overload } from '../functions.ts';
import { EvaluationError } from '../source.ts';
import { parseTimestamp } from '../time.ts';
import { opaqueType } from '../types.ts';
import { Opaque, Optional } from '../values.ts';
import type { Value } from '../values.ts';
import { parseRequestURI } from './url.ts';

const NAME = 'kubernetes.NamedFormat';
const type = opaqueType(NAME);
type Validate = (text: string) => readonly string[];

class Format extends Opaque {
  readonly type = type;
  readonly name: string;
  readonly validate: Validate;
  constructor(name: string, validate: Validate) {
    super();
    this.name = name;
    this.validate = validate;
  }
  equals(other: Opaque): boolean {
    return other instanceof Format && this.name === other.name;
  }
}

/** Of names that something is put behind: a dash may end them. */
const prefix = (validate: Validate): Validate => (text) => validate(text.length > 1 && text.endsWith('-') ? `${text.slice(0, -1)}a` : text);
const matching = (pattern: RegExp, otherwise: string): Validate => (text) => (pattern.test(text) ? [] : [otherwise]);

function parsing(parse: (text: string) => unknown, otherwise?: string): Validate {
  return (text) => {
    try {
      parse(text);
      return [];
    } catch (err) {
      return [otherwise ?? (err instanceof Error ? err.message : String(err))];
    }
  };
}

const FORMATS: Readonly<Record<string, Validate>> = {
  dns1123Label: isDNS1123Label,
  dns1123Subdomain: isDNS1123Subdomain,
  dns1035Label: isDNS1035Label,
  qualifiedName: isQualifiedName,
  dns1123LabelPrefix: prefix(isDNS1123Label),
  dns1123SubdomainPrefix: prefix(isDNS1123Subdomain),
  dns1035LabelPrefix: prefix(isDNS1035Label),
  labelValue: isValidLabelValue,
  uri: parsing(parseRequestURI),
  uuid: matching(/^[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}$/i, 'does not match the UUID format'),
  byte: matching(/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/, 'invalid base64'),
  date: parsing((text) => parseTimestamp(`${text}T00:00:00Z`), 'invalid date'),
  datetime: parsing(parseTimestamp, 'invalid datetime'),
};

const named = (name: string) => (Object.hasOwn(FORMATS, name) ? new Format(name, FORMATS[name]!) : undefined);

function validate(format: Value, text: string): Optional {
  if (!(format instanceof Format)) throw new EvaluationError('no such overload');
  const wrong = format.validate(text);
  return new Optional(wrong.length > 0 ? wrong : undefined);
}

export const formats: readonly Overload[] = [
  ...Object.entries(FORMATS).map(([name, check]) => func(`format.${name}`, [], NAME, () => new Format(name, check))),
  func('format.named', ['string'], `optional_type(${NAME})`, (name) => new Optional(named(name))),
  method('validate', [NAME, 'string'], 'optional_type(list(string))', validate, (_format, text) => text.length / 10),
];
