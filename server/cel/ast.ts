/**
 * The tree that an expression is parsed to. What macros mean is one kind of node, a fold over a range.
 *
 * Upstream: github.com/google/cel-go/common/ast, whose comprehensions spell each macro out in accumulators.
 */
import type { Value } from './values.ts';

interface At {
  /** Where in the text messages about this point to. */
  readonly pos: number;
}

export interface Entry extends At {
  readonly key: Expr;
  readonly value: Expr;
  readonly optional: boolean;
}
export interface Field extends At {
  readonly name: string;
  readonly value: Expr;
  readonly optional: boolean;
}
export interface LiteralExpr extends At {
  readonly kind: 'literal';
  readonly value: Value;
}
export interface IdentExpr extends At {
  readonly kind: 'ident';
  readonly name: string;
}
export interface SelectExpr extends At {
  readonly kind: 'select';
  readonly operand: Expr;
  readonly field: string;
  /** Of `has(x.field)`. */
  readonly testOnly: boolean;
  /** Of `x.?field`. */
  readonly optional: boolean;
}
export interface CallExpr extends At {
  readonly kind: 'call';
  readonly function: string;
  readonly target?: Expr;
  readonly args: readonly Expr[];
}
export interface ListExpr extends At {
  readonly kind: 'list';
  readonly elements: readonly { value: Expr; optional: boolean }[];
}
export interface MapExpr extends At {
  readonly kind: 'map';
  readonly entries: readonly Entry[];
}
export interface StructExpr extends At {
  readonly kind: 'struct';
  readonly typeName: string;
  readonly fields: readonly Field[];
}
export interface FoldExpr extends At {
  readonly kind: 'fold';
  readonly fold: Fold;
  readonly range: Expr;
  /** One name, or two: index and value, or key and value. */
  readonly vars: readonly string[];
  /** Which of them to take; all where there is none. */
  readonly filter?: Expr;
  /** The predicate, or what each becomes. */
  readonly body: Expr;
}
export type Fold = 'all' | 'exists' | 'existsOne' | 'transformList' | 'filter' | 'sortBy' | 'transformMap' | 'transformMapEntry' | 'optMap' | 'optFlatMap';

export type Expr = LiteralExpr | IdentExpr | SelectExpr | CallExpr | ListExpr | MapExpr | StructExpr | FoldExpr;

/** What an expression is made of. */
export function children(expr: Expr): readonly Expr[] {
  switch (expr.kind) {
    case 'literal':
    case 'ident':
      return [];
    case 'select':
      return [expr.operand];
    case 'call':
      return expr.target ? [expr.target, ...expr.args] : expr.args;
    case 'list':
      return expr.elements.map(({ value }) => value);
    case 'map':
      return expr.entries.flatMap(({ key, value }) => [key, value]);
    case 'struct':
      return expr.fields.map(({ value }) => value);
    case 'fold':
      return [expr.range, ...(expr.filter ? [expr.filter] : []), expr.body];
  }
}
