/**
 * Runs what a macro means: a predicate or a step for each of a list, of a map's keys, or of what is in an optional.
 *
 * Upstream: evalFold of github.com/google/cel-go/interpreter/interpretable.go.
 */
import type { FoldExpr } from './ast.ts';
import { CostLimitError, noSuchOverload, plan } from './program.ts';
import type { Frame, PlanContext, Run } from './program.ts';
import { EvaluationError } from './source.ts';
import { compare, isList, isMap, Optional } from './values.ts';
import type { MapKey, Value } from './values.ts';

/** Called for each, with what the variables are there; answers true to end it. */
type Visit = (step: Frame, key: Value, value: Value) => boolean | void;

export function planFold(expr: FoldExpr, context: PlanContext): Run {
  const { fold, vars, filter } = expr;
  const range = plan(expr.range, context);
  const predicate = filter && plan(filter, context);
  const body = plan(expr.body, context);
  const two = vars.length === 2;

  function bind(frame: Frame, values: readonly [Value] | readonly [Value, Value]): Frame {
    let { locals } = frame;
    for (const [i, value] of values.entries()) locals = { name: vars[i] ?? '', value, outer: locals };
    return { activation: frame.activation, locals, budget: frame.budget };
  }

  /** Visits those that the filter takes. */
  function walk(frame: Frame, visit: Visit): void {
    const over = range(frame);
    const step = (key: Value, value: Value) => {
      frame.budget.spend(1);
      const inner = bind(frame, two ? [key, value] : [isMap(over) ? key : value]);
      return (!predicate || isTrue(predicate(inner))) && visit(inner, key, value);
    };
    if (isList(over)) over.some((value, i) => step(BigInt(i), value));
    else if (isMap(over)) over.entries().some(([key, value]) => step(key, value));
    else throw noSuchOverload();
  }

  function collect<T>(frame: Frame, make: (step: Frame, key: Value, value: Value) => T): T[] {
    const all: T[] = [];
    walk(frame, (step, key, value) => void all.push(make(step, key, value)));
    return all;
  }

  switch (fold) {
    case 'all':
    case 'exists':
      return (frame) => decide((visit) => walk(frame, visit), body, fold === 'exists');
    case 'existsOne':
      return (frame) => collect(frame, (step) => isTrue(body(step))).filter(Boolean).length === 1;
    case 'filter':
      return (frame) => collect(frame, (step) => (isTrue(body(step)) ? [step.locals!.value] : [])).flat();
    case 'sortBy':
      return (frame) => sorted(collect(frame, (step, _key, value) => ({ value, key: body(step) })));
    case 'transformList':
      return (frame) => collect(frame, body);
    case 'transformMap':
      return (frame) => merged(collect(frame, (step, key) => new Map([[key as MapKey, body(step)]])));
    case 'transformMapEntry':
      return (frame) => merged(collect(frame, body));
    case 'optMap':
    case 'optFlatMap':
      return (frame) => {
        const optional = range(frame);
        if (!(optional instanceof Optional)) throw noSuchOverload();
        if (optional.value === undefined) return optional;
        const value = body(bind(frame, [optional.value]));
        return fold === 'optMap' ? new Optional(value) : value;
      };
  }
}

function isTrue(value: Value): boolean {
  if (typeof value !== 'boolean') throw noSuchOverload();
  return value;
}

/** Ends at the first that decides it; an error counts only where none does. */
function decide(walk: (visit: Visit) => void, predicate: Run, decides: boolean): boolean {
  let decided = false;
  let failed: EvaluationError | undefined;
  walk((step) => {
    try {
      decided = isTrue(predicate(step)) === decides;
    } catch (err) {
      if (!(err instanceof EvaluationError) || err instanceof CostLimitError) throw err;
      failed ??= err;
    }
    return decided;
  });
  if (!decided && failed) throw failed;
  return decided === decides;
}

function sorted(all: { value: Value; key: Value }[]): Value[] {
  const order = (a: Value, b: Value) => {
    const found = compare(a, b);
    if (found === undefined) throw new EvaluationError('list elements must be comparable');
    return found;
  };
  return all.sort((a, b) => order(a.key, b.key)).map(({ value }) => value);
}

function merged(maps: readonly Value[]): Value {
  const all = new Map<MapKey, Value>();
  for (const map of maps) {
    if (!isMap(map)) throw noSuchOverload();
    for (const [key, value] of map) {
      if (all.has(key)) throw new EvaluationError(`insert failed: key ${String(key)} already exists`);
      all.set(key, value);
    }
  }
  return all;
}
