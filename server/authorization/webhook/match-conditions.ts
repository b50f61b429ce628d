/**
 * Expressions that say which requests a webhook is asked about: all of them must be true.
 *
 * Upstream: k8s.io/apiserver/pkg/authorization/cel (compile.go, matcher.go), and compileMatchConditions of
 * pkg/apis/apiserver/validation/validation.go. Leaves out the metrics.
 */
import { struct, structs } from '../../apimachinery/access.ts';
import type { Fields } from '../../apimachinery/access.ts';
import { duplicate, invalid, required, tooMany } from '../../apimachinery/field.ts';
import type { FieldError, Path } from '../../apimachinery/field.ts';
import { newEnvironment } from '../../cel/environment.ts';
import type { Environment, Program } from '../../cel/environment.ts';
import { BOOL, STRING, formatType, listType, mapType, sameType, structType } from '../../cel/types.ts';
import { newAggregate } from '../../http/aggregate.ts';
import type { Attributes } from '../interfaces.ts';
import { reviewOf } from './subject-access-review.ts';

const MOST_CONDITIONS = 64;
const RESOURCE = ['namespace', 'verb', 'group', 'version', 'resource', 'subresource', 'name'];
const NON_RESOURCE = ['path', 'verb'];

const texts = (names: readonly string[]) => Object.fromEntries(names.map((name) => [name, STRING]));
const selectorOf = (name: string) =>
  structType(name, { rawSelector: STRING, requirements: listType(structType('kubernetes.SelectorRequirement', { key: STRING, operator: STRING, values: listType(STRING) })) });
const requestType = structType('kubernetes.SubjectAccessReviewSpec', {
  resourceAttributes: structType('kubernetes.ResourceAttributes', { ...texts(RESOURCE), fieldSelector: selectorOf('kubernetes.FieldSelectorAttributes'), labelSelector: selectorOf('kubernetes.LabelSelectorAttributes') }),
  nonResourceAttributes: structType('kubernetes.NonResourceAttributes', texts(NON_RESOURCE)),
  user: STRING,
  groups: listType(STRING),
  extra: mapType(STRING, listType(STRING)),
  uid: STRING,
});

const environment = () => newEnvironment({ variables: { request: requestType } });

/** Throws what is wrong with an expression. */
function compile(env: Environment, expression: string): Program {
  const program = env.compile(expression);
  if (!sameType(program.resultType, BOOL)) throw new Error(`must evaluate to bool but got ${formatType(program.resultType)}`);
  return program;
}

export function validateMatchConditions(expressions: readonly string[], path: Path): FieldError[] {
  if (expressions.length > MOST_CONDITIONS) return [tooMany(path, expressions.length, MOST_CONDITIONS)];
  const env = environment();
  return expressions.flatMap((expression, i) => {
    const at = path.index(i).child('expression');
    if (expression.trim() === '') return [required(at)];
    if (expressions.indexOf(expression) < i) return [duplicate(at, expression)];
    try {
      compile(env, expression);
      return [];
    } catch (err) {
      return [invalid(at, expression, err instanceof Error ? err.message : String(err))];
    }
  });
}

/** Answers whether a webhook is to be asked. One condition that is false decides; else throws of all that fail. */
export type CELMatcher = (attributes: Attributes) => boolean;

export function newCELMatcher(expressions: readonly string[]): CELMatcher {
  const env = environment();
  const programs = expressions.map((expression) => ({ expression, program: compile(env, expression) }));
  return function matches(attributes) {
    const activation = env.bind({ request: requestOf(reviewOf(attributes, 'v1')) });
    const errors: string[] = [];
    for (const { expression, program } of programs) {
      try {
        if (program.eval(activation) !== true) return false;
      } catch (err) {
        errors.push(`cel evaluation error: expression '${expression}' resulted in error: ${err instanceof Error ? err.message : String(err)}`);
      }
    }
    if (errors.length > 0) throw newAggregate(errors);
    return true;
  };
}

const empty = (names: readonly string[]) => Object.fromEntries(names.map((name) => [name, '']));

/** A review's spec with what reviews leave out where it is empty. */
function requestOf(review: Fields): Fields {
  const spec = struct(review, 'spec');
  const { resourceAttributes, nonResourceAttributes } = spec;
  return {
    user: '',
    groups: [],
    uid: '',
    extra: {},
    ...spec,
    ...(resourceAttributes !== undefined && { resourceAttributes: { ...empty(RESOURCE), ...struct(spec, 'resourceAttributes'), ...selectors(struct(spec, 'resourceAttributes')) } }),
    ...(nonResourceAttributes !== undefined && { nonResourceAttributes: { ...empty(NON_RESOURCE), ...struct(spec, 'nonResourceAttributes') } }),
  };
}

function selectors(attributes: Fields): Fields {
  const present = ['fieldSelector', 'labelSelector'].filter((name) => attributes[name] !== undefined);
  return Object.fromEntries(present.map((name) => [name, { requirements: structs(struct(attributes, name), 'requirements').map((each) => ({ values: [], ...each })) }]));
}
