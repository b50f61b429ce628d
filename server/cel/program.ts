/**
 * Runs a checked expression. Each node becomes a function; what it does is counted, so that no expression runs without
 * end.
 *
 * Upstream: github.com/google/cel-go/interpreter. Its costs are estimated more finely; ours counts a node as one, and as
 * much more as a function says that it looks at.
 */
import type { Expr, SelectExpr } from './ast.ts';
import { planCall } from './calls.ts';
import { planFold } from './fold.ts';
import type { Functions } from './functions.ts';
import { EvaluationError } from './source.ts';
import { isList, isMap, mapKey, Optional, typeName } from './values.ts';
import type { MapKey, Value } from './values.ts';

/** What variables are at the moment. */
export interface Activation {
  get(name: string): Value | undefined;
}

interface Local {
  readonly name: string;
  readonly value: Value;
  readonly outer: Local | undefined;
}

export interface Frame {
  readonly activation: Activation;
  readonly locals: Local | undefined;
  readonly budget: Budget;
}

export type Run = (frame: Frame) => Value;

/** Nothing in an expression can go on after it, as it can after other errors. */
export class CostLimitError extends EvaluationError {}

export class Budget {
  private left: number;
  constructor(limit: number) {
    this.left = limit;
  }
  spend(cost: number): void {
    this.left -= cost;
    if (this.left < 0) throw new CostLimitError('operation cancelled: actual cost limit exceeded');
  }
}

export interface PlanContext {
  readonly functions: Functions;
  readonly names: ReadonlyMap<Expr, string>;
  /** What names of types stand for. */
  readonly types: ReadonlyMap<string, Value>;
}

export const noSuchOverload = () => new EvaluationError('no such overload');
const LIST_COST = 10;
const MAP_COST = 30;

export function plan(expr: Expr, context: PlanContext): Run {
  switch (expr.kind) {
    case 'literal':
      return () => expr.value;
    case 'ident':
      return planIdent(expr.name, context);
    case 'select':
      return context.names.has(expr) ? planIdent(context.names.get(expr)!, context) : planSelect(expr, context);
    case 'call':
      return planCall(expr, context);
    case 'fold':
      return planFold(expr, context);
    case 'list': {
      const elements = expr.elements.map(({ value, optional }) => ({ run: plan(value, context), optional }));
      return function list(frame) {
        frame.budget.spend(LIST_COST);
        return elements.flatMap(({ run, optional }): Value[] => (optional ? present(run(frame)) : [run(frame)]));
      };
    }
    case 'map':
      return planEntries(expr.entries.map(({ key, value, optional }) => ({ key: plan(key, context), value: plan(value, context), optional })));
    case 'struct':
      return planEntries(expr.fields.map(({ name, value, optional }) => ({ key: () => name, value: plan(value, context), optional })));
  }
}

function planEntries(entries: readonly { key: Run; value: Run; optional: boolean }[]): Run {
  return function map(frame) {
    frame.budget.spend(MAP_COST);
    const made = new Map<MapKey, Value>();
    for (const entry of entries) {
      const key = mapKey(entry.key(frame));
      if (key === undefined) throw new EvaluationError('unsupported key type');
      if (made.has(key)) throw new EvaluationError(`Failed with repeated key`);
      const value = entry.value(frame);
      for (const each of entry.optional ? present(value) : [value]) made.set(key, each);
    }
    return made;
  };
}

/** What is in an optional that an element or entry was marked to be. */
function present(value: Value): Value[] {
  if (!(value instanceof Optional)) throw new EvaluationError(`cannot initialize optional list element from non-optional value`);
  return value.value === undefined ? [] : [value.value];
}

function planIdent(name: string, { types }: PlanContext): Run {
  const type = types.get(name);
  return function ident({ activation, locals, budget }) {
    budget.spend(1);
    for (let at = locals; at; at = at.outer) if (at.name === name) return at.value;
    const value = activation.get(name);
    if (value !== undefined) return value;
    if (type === undefined) throw new EvaluationError(`no such attribute(s): ${name}`);
    return type;
  };
}

function planSelect({ operand, field, testOnly, optional }: SelectExpr, context: PlanContext): Run {
  const run = plan(operand, context);
  return function select(frame) {
    const target = run(frame);
    if (!testOnly) frame.budget.spend(1);
    const found = at(target, field);
    if (testOnly) return found !== undefined;
    if (optional || target instanceof Optional) return new Optional(found);
    if (found === undefined) throw new EvaluationError(`no such key: ${field}`);
    return found;
  };
}

/** Undefined where nothing is there; of an optional, in what it has. */
export function at(container: Value, index: Value): Value | undefined {
  if (container instanceof Optional) return container.value === undefined ? undefined : at(container.value, index);
  if (isMap(container)) {
    const key = mapKey(index);
    return key === undefined ? undefined : container.get(key);
  }
  const key = mapKey(index);
  if (!isList(container)) throw noSuchOverload();
  if (typeof key !== 'bigint') throw new EvaluationError(`unsupported index type '${typeName(index)}' in list`);
  return key < 0n ? undefined : container[Number(key)];
}
