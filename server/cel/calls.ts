/**
 * Runs calls of functions and operators.
 *
 * Upstream: planCall of github.com/google/cel-go/interpreter/planner.go, and what it plans in interpretable.go.
 */
import type { CallExpr } from './ast.ts';
import { accepts } from './functions.ts';
import type { Overload, Site } from './functions.ts';
import { at, CostLimitError, noSuchOverload, plan } from './program.ts';
import type { Frame, PlanContext, Run } from './program.ts';
import { EvaluationError } from './source.ts';
import { equal, isList, isMap, Optional, typeName } from './values.ts';
import type { Value } from './values.ts';

export function planCall(expr: CallExpr, context: PlanContext): Run {
  const name = context.names.get(expr) ?? expr.function;
  const target = context.names.has(expr) ? undefined : expr.target;
  const args = (target ? [target, ...expr.args] : expr.args).map((arg) => plan(arg, context));
  const special = Object.hasOwn(SPECIAL, name) ? SPECIAL[name]?.(args) : undefined;
  if (special) return special;
  const overloads = (context.functions.get(name) ?? []).filter(({ member, params }) => member === (target !== undefined) && params.length === args.length);
  const site: Site = {};
  return function call(frame) {
    const values = args.map((run) => run(frame));
    frame.budget.spend(1);
    const overload = overloads.find((each) => takes(each, values));
    if (!overload) throw /^[a-z]/i.test(name) ? new EvaluationError(`no such overload: ${name}(${values.map(typeName).join(', ')})`) : noSuchOverload();
    if (overload.cost) frame.budget.spend(overload.cost(values));
    return overload.call(values, site);
  };
}

const takes = ({ params }: Overload, values: readonly Value[]) => params.every((type, i) => accepts(type, values[i]!));

/** What does not take all of its arguments as values. */
const SPECIAL: Readonly<Record<string, (args: readonly Run[]) => Run>> = {
  '_&&_': (args) => logical(args, false),
  '_||_': (args) => logical(args, true),
  '_?_:_': ([condition, then, otherwise]) => (frame) => {
    const value = condition!(frame);
    if (typeof value !== 'boolean') throw noSuchOverload();
    return (value ? then! : otherwise!)(frame);
  },
  '_==_': ([a, b]) => (frame) => equal(counted(a!(frame), frame), counted(b!(frame), frame)),
  '_!=_': ([a, b]) => (frame) => !equal(counted(a!(frame), frame), counted(b!(frame), frame)),
  '_[_]': ([container, index]) => (frame) => {
    const from = container!(frame);
    const key = index!(frame);
    frame.budget.spend(1);
    const found = at(from, key);
    if (from instanceof Optional) return new Optional(found);
    if (found === undefined) throw new EvaluationError(isList(from) ? `index out of bounds: ${String(key)}` : `no such key: ${String(key)}`);
    return found;
  },
  or: ([optional, other]) => (frame) => {
    const value = optional!(frame);
    if (!(value instanceof Optional)) throw noSuchOverload();
    return value.value === undefined ? other!(frame) : value;
  },
  orValue: ([optional, other]) => (frame) => {
    const value = optional!(frame);
    if (!(value instanceof Optional)) throw noSuchOverload();
    return value.value === undefined ? other!(frame) : value.value;
  },
  '_[?_]': ([container, index]) => (frame) => {
    const from = container!(frame);
    const key = index!(frame);
    frame.budget.spend(1);
    return new Optional(at(from, key));
  },
};

function counted(value: Value, { budget }: Frame): Value {
  budget.spend(1 + (typeof value === 'string' || isList(value) ? value.length : isMap(value) ? value.size : 0) / 10);
  return value;
}

/** Ends at the first that decides it; an error counts only where none does. */
function logical(args: readonly Run[], decides: boolean): Run {
  return function logical(frame) {
    let failed: EvaluationError | undefined;
    for (const run of args) {
      try {
        const value = run(frame);
        if (value === decides) return value;
        if (typeof value !== 'boolean') failed ??= noSuchOverload();
      } catch (err) {
        if (!(err instanceof EvaluationError) || err instanceof CostLimitError) throw err;
        failed ??= err;
      }
    }
    if (failed) throw failed;
    return !decides;
  };
}
