/**
 * What is found out while an expression is checked: what type parameters stand for, and what is wrong.
 *
 * Upstream: github.com/google/cel-go/checker (checker.go, errors.go), and the validator of homogeneous aggregates in
 * cel/validator.go.
 */
import type { Issue } from './source.ts';
import type { Type } from './types.ts';
import { DYN, ERROR, formatType, paramType, sameType } from './types.ts';
import { assign, Mapping, mostGeneral, substitute } from './unify.ts';

export class Inference {
  readonly issues: Issue[] = [];
  readonly mapping = new Mapping();
  /** How many calls are around that take lists of anything. */
  protected anything = 0;
  private fresh = 0;
  /** Types that have to be the same, in their order. */
  private readonly alike: { at: { pos: number }; type: Type }[][] = [];

  protected report({ pos }: { pos: number }, message: string): Type {
    this.issues.push({ offset: pos, message });
    return ERROR;
  }

  protected undeclared(at: { pos: number }, name: string): Type {
    return this.report(at, `undeclared reference to '${name}' (in container '')`);
  }

  protected mismatch(at: { pos: number }, wanted: Type, found: Type): Type {
    return this.report(at, `expected type '${formatType(substitute(this.mapping, wanted))}' but found '${formatType(substitute(this.mapping, found))}'`);
  }

  protected noOverload(at: { pos: number }, name: string, args: readonly Type[], member: boolean): Type {
    const shown = args.map((arg) => formatType(substitute(this.mapping, arg, true)));
    const target = member ? `${shown.shift()}.` : '';
    return this.report(at, `found no matching overload for '${name}' applied to '${target}(${shown.join(', ')})'`);
  }

  protected assignable(from: readonly Type[], to: readonly Type[]): boolean {
    return assign(this.mapping, from, to);
  }

  protected newTypeVar(): Type {
    return paramType(`_var${this.fresh++}`);
  }

  /** The type of which all are; dyn where they are of different ones. */
  protected join(all: readonly { at: { pos: number }; type: Type }[]): Type {
    if (this.anything === 0) this.alike.push([...all]);
    const [first, ...rest] = all.map(({ type }) => type);
    return rest.reduce((joined, type) => (this.assignable([joined], [type]) ? mostGeneral(joined, type) : DYN), first ?? this.newTypeVar());
  }

  mixed(): Issue[] {
    return this.alike.flatMap((all) => {
      const types = all.map(({ at, type }) => ({ at, type: substitute(this.mapping, type, true) }));
      const first = types[0]?.type;
      const other = first && types.find(({ type }) => !sameType(type, first));
      return other ? [{ offset: other.at.pos, message: `expected type '${formatType(first)}' but found '${formatType(other.type)}'` }] : [];
    });
  }
}
