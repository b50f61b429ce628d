/**
 * Compiles the expressions over claims and users.
 *
 * Upstream: k8s.io/apiserver/pkg/authentication/cel (compile.go, mapper.go).
 */
import type { Expr } from '../../cel/ast.ts';
import { children } from '../../cel/ast.ts';
import { newEnvironment } from '../../cel/environment.ts';
import type { Environment, Program } from '../../cel/environment.ts';
import type { Activation } from '../../cel/program.ts';
import { BOOL, listType, mapType, STRING, structType } from '../../cel/types.ts';
import type { Value } from '../../cel/values.ts';

export interface Expression {
  text: string;
  program: Program;
}

export interface Rule extends Expression {
  message: string;
}

/** What is compiled of an authenticator; what is absent is by claim, or not at all. */
export interface CELMapper {
  username?: Expression;
  groups?: Expression;
  uid?: Expression;
  extra: readonly (Expression & { key: string })[];
  claimValidationRules: readonly Rule[];
  userValidationRules: readonly Rule[];
}

export interface Compiler {
  /** Each throws a CompilationError. */
  compileClaims(expression: string): Program;
  compileClaimsCondition(expression: string): Program;
  compileUserCondition(expression: string): Program;
}

const USER = structType('kubernetes.UserInfo', { username: STRING, uid: STRING, groups: listType(STRING), extra: mapType(STRING, listType(STRING)) });

export function newCompiler(): Compiler {
  const claims: Environment = newEnvironment({ variables: { claims: 'map(string, any)' } });
  const user: Environment = newEnvironment({ variables: { user: USER } });
  return {
    compileClaims: (expression) => claims.compile(expression),
    compileClaimsCondition: (expression) => claims.compile(expression, [BOOL]),
    compileUserCondition: (expression) => user.compile(expression, [BOOL]),
  };
}

/** `claims` and `user` are made when an expression first asks for them. */
export function bindValue(name: string, make: () => Value): Activation {
  let value: Value | undefined;
  return { get: (asked) => (asked === name ? (value ??= make()) : undefined) };
}

export function evaluate({ text, program }: Expression, activation: Activation): Value {
  try {
    return program.eval(activation);
  } catch (err) {
    throw new Error(`expression '${text}' resulted in error: ${err instanceof Error ? err.message : String(err)}`, { cause: err });
  }
}

/** Whether `claims.email`, or `claims.?email`, is in an expression. */
export function selectsClaim(expr: Expr, claim: string): boolean {
  if (expr.kind === 'select' && expr.field === claim && expr.operand.kind === 'ident' && expr.operand.name === 'claims') return true;
  return children(expr).some((each) => selectsClaim(each, claim));
}
