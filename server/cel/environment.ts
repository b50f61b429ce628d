/**
 * Where expressions are compiled and run: the variables that they may name and the functions that they may call.
 *
 * Upstream: k8s.io/apiserver/pkg/cel/environment (base.go, environment.go) at the version of this server, over
 * github.com/google/cel-go/cel. Leaves out versions: every library that v1.36 takes is there.
 */
import type { Expr } from './ast.ts';
import { check } from './checker.ts';
import type { Declarations } from './checker.ts';
import { fromJSON } from './convert.ts';
import { byName } from './functions.ts';
import type { Overload } from './functions.ts';
import { baseLibraries } from './library/base.ts';
import { parse } from './parser.ts';
import { Budget, plan } from './program.ts';
import type { Activation } from './program.ts';
import { CompilationError, formatIssues } from './source.ts';
import type { Type } from './types.ts';
import { formatType, opaqueType, parseType, sameType, typeType } from './types.ts';
import { validateLiterals } from './validators.ts';
import { TypeValue } from './values.ts';
import type { Value } from './values.ts';

/** What an expression may cost when it is run. */
const PER_CALL_LIMIT = 1_000_000;

export interface Program {
  readonly expr: Expr;
  readonly resultType: Type;
  /** Throws an EvaluationError. */
  eval(activation: Activation): Value;
}

export interface Environment {
  /** Throws a CompilationError; `resultTypes` are those of which the expression must be one. */
  compile(expression: string, resultTypes?: readonly Type[]): Program;
  /** Values for the variables, of JSON; each is taken over when an expression first asks for it. */
  bind(variables: Readonly<Record<string, unknown>>): Activation;
}

export interface EnvironmentOptions {
  /** Types, or their names: `map(string, any)`. */
  variables: Readonly<Record<string, Type | string>>;
  functions?: readonly Overload[];
  /** Objects that expressions may make: `Object{spec: …}`. */
  structs?: readonly Type[];
}

const TYPES: Readonly<Record<string, string>> = {
  bool: 'bool', bytes: 'bytes', double: 'double', int: 'int', list: 'list(dyn)', map: 'map(dyn, dyn)', null_type: 'null_type', string: 'string', uint: 'uint', type: 'type',
  'google.protobuf.Duration': 'duration', 'google.protobuf.Timestamp': 'timestamp', optional_type: 'optional_type(dyn)',
  'kubernetes.Quantity': 'kubernetes.Quantity', 'kubernetes.URL': 'kubernetes.URL', 'kubernetes.Semver': 'kubernetes.Semver', 'kubernetes.NamedFormat': 'kubernetes.NamedFormat', 'net.IP': 'net.IP', 'net.CIDR': 'net.CIDR',
};

export function newEnvironment({ variables, functions = [], structs = [] }: EnvironmentOptions): Environment {
  const types = new Map(Object.keys(TYPES).map((name) => [name, new TypeValue(name)]));
  const declared = new Map(Object.entries(variables).map(([name, type]) => [name, typeof type === 'string' ? parseType(type) : type]));
  const typeNames = Object.entries(TYPES).map(([name, type]): [string, Type] => [name, typeType(type.includes('.') ? opaqueType(type) : parseType(type))]);
  const declarations: Declarations = {
    functions: byName(...baseLibraries, functions),
    variables: new Map([...typeNames, ...declared]),
    structs: new Map(structs.map((each) => [each.name, each])),
  };
  return {
    compile(expression, resultTypes) {
      const expr = parse(expression);
      const { type, issues, mixed, names } = check(expr, declarations);
      const all = issues.length > 0 ? issues : [...validateLiterals(expr), ...mixed];
      if (all.length > 0) throw new CompilationError(`compilation failed: ${formatIssues(expression, all)}`);
      if (resultTypes && !resultTypes.some((each) => sameType(each, type))) throw new CompilationError(mustEvaluateTo(resultTypes));
      const run = plan(expr, { functions: declarations.functions, names, types });
      return { expr, resultType: type, eval: (activation) => run({ activation, locals: undefined, budget: new Budget(PER_CALL_LIMIT) }) };
    },
    bind: (values) => newActivation(values, declared),
  };
}

function mustEvaluateTo(types: readonly Type[]): string {
  return types.length === 1 ? `must evaluate to ${formatType(types[0]!)}` : `must evaluate to one of [${types.map(formatType).join(' ')}]`;
}

function newActivation(values: Readonly<Record<string, unknown>>, types: ReadonlyMap<string, Type>): Activation {
  const converted = new Map<string, Value>();
  return {
    get(name) {
      const known = converted.get(name);
      if (known !== undefined || !Object.hasOwn(values, name)) return known;
      const value = fromJSON(values[name], types.get(name));
      converted.set(name, value);
      return value;
    },
  };
}
