/**
 * What looks like calls of functions and is not: their first arguments name variables of the others.
 *
 * Upstream: github.com/google/cel-go/parser/macro.go, ext/comprehensions.go, sortBy of ext/lists.go, and optMap, optFlatMap of cel/library.go.
 */
import type { Expr, Fold, FoldExpr } from './ast.ts';
import type { Issue } from './source.ts';

interface Macro {
  fold: Fold;
  vars: 1 | 2;
  filter?: true;
  /** What is said where the first is no name. */
  noName: string;
}

const QUANTIFIER = 'argument must be a simple name';
const NO_IDENTIFIER = 'argument is not an identifier';
const NO_VARIABLE = 'optMap() variable name must be a simple identifier';

/** By name and number of arguments. */
const MACROS: Readonly<Record<string, Macro>> = {
  'all/2': { fold: 'all', vars: 1, noName: QUANTIFIER },
  'exists/2': { fold: 'exists', vars: 1, noName: QUANTIFIER },
  'exists_one/2': { fold: 'existsOne', vars: 1, noName: QUANTIFIER },
  'existsOne/2': { fold: 'existsOne', vars: 1, noName: QUANTIFIER },
  'map/2': { fold: 'transformList', vars: 1, noName: NO_IDENTIFIER },
  'map/3': { fold: 'transformList', vars: 1, filter: true, noName: NO_IDENTIFIER },
  'filter/2': { fold: 'filter', vars: 1, noName: NO_IDENTIFIER },
  'sortBy/2': { fold: 'sortBy', vars: 1, noName: NO_IDENTIFIER },
  'all/3': { fold: 'all', vars: 2, noName: QUANTIFIER },
  'exists/3': { fold: 'exists', vars: 2, noName: QUANTIFIER },
  'existsOne/3': { fold: 'existsOne', vars: 2, noName: QUANTIFIER },
  'transformList/3': { fold: 'transformList', vars: 2, noName: QUANTIFIER },
  'transformList/4': { fold: 'transformList', vars: 2, filter: true, noName: QUANTIFIER },
  'transformMap/3': { fold: 'transformMap', vars: 2, noName: QUANTIFIER },
  'transformMap/4': { fold: 'transformMap', vars: 2, filter: true, noName: QUANTIFIER },
  'transformMapEntry/3': { fold: 'transformMapEntry', vars: 2, noName: QUANTIFIER },
  'transformMapEntry/4': { fold: 'transformMapEntry', vars: 2, filter: true, noName: QUANTIFIER },
  'optMap/2': { fold: 'optMap', vars: 1, noName: NO_VARIABLE },
  'optFlatMap/2': { fold: 'optFlatMap', vars: 1, noName: NO_VARIABLE.replace('optMap', 'optFlatMap') },
};

/** Undefined of what is a call after all. */
export function expandMacro(pos: number, name: string, target: Expr | undefined, args: readonly Expr[], error: (issue: Issue) => Error): Expr | undefined {
  const [first] = args;
  if (!target) return name === 'has' && args.length === 1 && first ? expandHas(pos, first, error) : undefined;
  const key = `${name}/${args.length}`;
  const macro = Object.hasOwn(MACROS, key) ? MACROS[key] : undefined;
  const body = args.at(-1);
  if (!macro || !body) return undefined;
  const vars = args.slice(0, macro.vars).map((each) => {
    if (each.kind !== 'ident') throw error({ offset: each.pos, message: macro.noName });
    if (each.name === '__result__') throw error({ offset: each.pos, message: 'iteration variable overwrites accumulator variable' });
    return each.name;
  });
  if (new Set(vars).size < vars.length) throw error({ offset: args[1]?.pos, message: `duplicate variable name: ${vars[0]}` });
  const filter = macro.filter && args.at(-2);
  return { kind: 'fold', pos, fold: macro.fold, range: target, vars, body, ...(filter && { filter }) } satisfies FoldExpr;
}

function expandHas(pos: number, field: Expr, error: (issue: Issue) => Error): Expr {
  if (field.kind !== 'select') throw error({ offset: field.pos, message: 'invalid argument to has() macro' });
  return { ...field, pos, testOnly: true };
}
