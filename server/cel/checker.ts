/**
 * Infers the type of an expression and of all in it, and finds what cannot be meant: names that nobody declared,
 * functions for other types, fields that are not there.
 *
 * Upstream: github.com/google/cel-go/checker/checker.go.
 */
import type { CallExpr, Expr, FoldExpr, ListExpr, MapExpr, SelectExpr, StructExpr } from './ast.ts';
import type { Functions } from './functions.ts';
import { Inference } from './inference.ts';
import type { Issue } from './source.ts';
import type { Type } from './types.ts';
import { BOOL, DYN, ERROR, formatType, INT, isOptional, listType, mapType, optionalType, sameType } from './types.ts';
import { typeOfValue } from './value-types.ts';
import { isDynOrError, substitute } from './unify.ts';

export interface Declarations {
  readonly functions: Functions;
  /** Variables, and names of types. */
  readonly variables: ReadonlyMap<string, Type>;
  /** Objects that expressions may make. */
  readonly structs: ReadonlyMap<string, Type>;
}

export interface Checked {
  readonly type: Type;
  readonly issues: readonly Issue[];
  /** Where literals of lists and maps mix types: what is refused of an expression that is good otherwise. */
  readonly mixed: readonly Issue[];
  /** Of a select that is the name of a variable, and of a call that is no method: the whole name. */
  readonly names: ReadonlyMap<Expr, string>;
}

export function check(expr: Expr, declarations: Declarations): Checked {
  const checker = new Checker(declarations);
  const type = checker.check(expr, undefined);
  return { type: substitute(checker.mapping, type, true), issues: checker.issues, mixed: checker.mixed(), names: checker.names };
}

interface Scope {
  readonly name: string;
  readonly type: Type;
  readonly outer: Scope | undefined;
}

/** `a.b.c` as one name. */
export function qualifiedName(expr: Expr): string | undefined {
  if (expr.kind === 'ident') return expr.name;
  if (expr.kind !== 'select' || expr.testOnly || expr.optional) return undefined;
  const operand = qualifiedName(expr.operand);
  return operand && `${operand}.${expr.field}`;
}

class Checker extends Inference {
  readonly names = new Map<Expr, string>();
  private readonly declarations: Declarations;

  constructor(declarations: Declarations) {
    super();
    this.declarations = declarations;
  }

  check(expr: Expr, scope: Scope | undefined): Type {
    switch (expr.kind) {
      case 'literal':
        return typeOfValue(expr.value);
      case 'ident':
        return this.lookup(expr.name, scope) ?? this.undeclared(expr, expr.name);
      case 'select':
        return this.select(expr, scope);
      case 'call':
        return this.call(expr, scope);
      case 'list':
        return this.list(expr, scope);
      case 'map':
        return this.map(expr, scope);
      case 'struct':
        return this.struct(expr, scope);
      case 'fold':
        return this.fold(expr, scope);
    }
  }

  private lookup(name: string, scope: Scope | undefined): Type | undefined {
    for (let at = scope; at; at = at.outer) if (at.name === name) return at.type;
    return this.declarations.variables.get(name);
  }

  private select(expr: SelectExpr, scope: Scope | undefined): Type {
    const name = qualifiedName(expr);
    const variable = name === undefined ? undefined : this.declarations.variables.get(name);
    if (name !== undefined && variable) {
      this.names.set(expr, name);
      return variable;
    }
    const type = this.selectField(expr, substitute(this.mapping, this.check(expr.operand, scope)));
    return expr.testOnly ? BOOL : substitute(this.mapping, type);
  }

  private selectField(expr: SelectExpr, operand: Type): Type {
    const target = isOptional(operand) ? (operand.params[0] ?? DYN) : operand;
    const type = this.fieldType(expr, target);
    return isOptional(operand) || expr.optional ? optionalType(type) : type;
  }

  private fieldType(expr: SelectExpr, target: Type): Type {
    if (target.kind === 'map') return target.params[1] ?? DYN;
    if (target.kind === 'struct') return this.structField(expr, target, expr.field);
    if (target.kind === 'param') this.assignable([DYN], [target]);
    else if (!isDynOrError(target)) this.report(expr, `type '${formatType(target)}' does not support field selection`);
    return DYN;
  }

  private structField(at: { pos: number }, { fields = {} }: Type, name: string): Type {
    return Object.hasOwn(fields, name) ? fields[name]! : this.report(at, `undefined field '${name}'`);
  }

  private call(expr: CallExpr, scope: Scope | undefined): Type {
    if (expr.function === 'format') this.anything++;
    const type = this.callType(expr, scope);
    if (expr.function === 'format') this.anything--;
    return type;
  }

  private callType(expr: CallExpr, scope: Scope | undefined): Type {
    const args = expr.args.map((arg) => this.check(arg, scope));
    if (!expr.target) return this.resolve(expr, expr.function, args, false);
    const prefix = qualifiedName(expr.target);
    const qualified = `${prefix}.${expr.function}`;
    if (prefix !== undefined && this.declarations.functions.has(qualified)) {
      this.names.set(expr, qualified);
      return this.resolve(expr, qualified, args, false);
    }
    return this.resolve(expr, expr.function, [this.check(expr.target, scope), ...args], true);
  }

  private resolve(expr: CallExpr, name: string, args: readonly Type[], member: boolean): Type {
    const overloads = this.declarations.functions.get(name);
    if (!overloads) return this.undeclared(expr, name);
    if (name === '_&&_' || name === '_||_') return this.logical(expr, args);
    let result: Type | undefined;
    for (const overload of overloads) {
      if (overload.member !== member) continue;
      const vars = new Map<string, Type>();
      const own = (type: Type): Type => (type.kind === 'param' ? (vars.get(type.name) ?? this.setVar(vars, type.name)) : { ...type, params: type.params.map(own) });
      if (!this.assignable(args, overload.params.map(own))) continue;
      const type = substitute(this.mapping, own(overload.result));
      if (!result) result = type;
      else if (!sameType(result, type)) result = DYN;
    }
    return result ?? this.noOverload(expr, name, args, member);
  }

  private setVar(vars: Map<string, Type>, name: string): Type {
    const type = this.newTypeVar();
    vars.set(name, type);
    return type;
  }

  private logical(expr: CallExpr, args: readonly Type[]): Type {
    const wrong = args.map((type, i) => (this.assignable([type], [BOOL]) ? undefined : this.mismatch(expr.args[i] ?? expr, BOOL, type)));
    return wrong.some((each) => each !== undefined) ? ERROR : BOOL;
  }

  /** The type of a value that stands for itself or, marked by `?`, for what is in an optional. */
  private element(value: Expr, optional: boolean, scope: Scope | undefined): Type {
    const type = this.check(value, scope);
    if (!optional) return type;
    if (isOptional(type)) return type.params[0] ?? DYN;
    if (!isDynOrError(type)) this.mismatch(value, optionalType(type), type);
    return type;
  }

  private list({ elements }: ListExpr, scope: Scope | undefined): Type {
    return listType(this.join(elements.map(({ value, optional }) => ({ at: value, type: this.element(value, optional, scope) }))));
  }

  private map({ entries }: MapExpr, scope: Scope | undefined): Type {
    const types = entries.map(({ key, value, optional }) => [{ at: key, type: this.check(key, scope) }, { at: value, type: this.element(value, optional, scope) }] as const);
    return mapType(this.join(types.map(([key]) => key)), this.join(types.map(([, value]) => value)));
  }

  private struct(expr: StructExpr, scope: Scope | undefined): Type {
    const type = this.declarations.structs.get(expr.typeName);
    if (!type) return this.undeclared(expr, expr.typeName);
    for (const field of expr.fields) {
      const given = this.element(field.value, field.optional, scope);
      const wanted = this.structField(field, type, field.name);
      if (!this.assignable([wanted], [given])) this.report(field, `expected type of field '${field.name}' is '${formatType(wanted)}' but provided type is '${formatType(given)}'`);
    }
    return type;
  }

  private fold(expr: FoldExpr, scope: Scope | undefined): Type {
    const range = substitute(this.mapping, this.check(expr.range, scope));
    const types = this.rangeTypes(expr, range);
    const inner = expr.vars.reduce<Scope | undefined>((outer, name, i) => ({ name, type: types[i] ?? DYN, outer }), scope);
    const filter = expr.filter && this.check(expr.filter, inner);
    const body = this.check(expr.body, inner);
    const taken = expr.fold === 'filter' ? listType(types[0] ?? DYN) : expr.fold === 'transformList' ? listType(body) : INT;
    const condition = expr.fold === 'filter' || expr.fold === 'existsOne' ? body : filter;
    if (condition && !this.assignable([condition], [BOOL])) return this.noOverload(expr, '_?_:_', [condition, taken, taken], false);
    if ((expr.fold === 'all' || expr.fold === 'exists') && !this.assignable([body], [BOOL])) return this.mismatch(expr.body, BOOL, body);
    return substitute(this.mapping, this.foldType(expr, types, range, body));
  }

  private rangeTypes({ fold, range, vars }: FoldExpr, type: Type): readonly Type[] {
    const two = vars.length === 2;
    if (fold === 'optMap' || fold === 'optFlatMap') {
      if (isOptional(type)) return type.params;
      if (!isDynOrError(type)) this.noOverload(range, 'hasValue', [type], true);
      return [DYN];
    }
    if (type.kind === 'list') return two ? [INT, ...type.params] : type.params;
    if (type.kind === 'map') return type.params;
    if (type.kind === 'param') this.assignable([DYN], [type]);
    else if (!isDynOrError(type)) {
      this.report(range, `expression of type '${formatType(type)}' cannot be range of a comprehension (must be list, map, or dynamic)`);
      return [ERROR, ERROR];
    }
    return [DYN, DYN];
  }

  private foldType({ fold, range }: FoldExpr, [first = DYN]: readonly Type[], rangeType: Type, body: Type): Type {
    switch (fold) {
      case 'all':
      case 'exists':
      case 'existsOne':
        return BOOL;
      case 'filter':
      case 'sortBy':
        return listType(first);
      case 'transformList':
        return listType(body);
      case 'transformMap':
        return mapType(first, body);
      case 'transformMapEntry':
        return body.kind === 'map' || isDynOrError(body) ? body : this.mismatch(range, mapType(DYN, DYN), body);
      case 'optMap':
        return optionalType(body);
      case 'optFlatMap':
        return isOptional(body) || isDynOrError(body) ? body : this.mismatch(range, optionalType(DYN), rangeType);
    }
  }
}
