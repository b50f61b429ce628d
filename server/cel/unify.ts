/**
 * Which types may stand for which, and what the parameters of a declaration stand for in a call.
 *
 * Upstream: github.com/google/cel-go/checker/types.go and mapping.go.
 */
import type { Type } from './types.ts';
import { DYN, sameType } from './types.ts';

/** What type parameters stand for, by their names. */
export class Mapping {
  private readonly known = new Map<string, Type>();
  /** What was known before each change since the last one that was kept. */
  private changes: [string, Type | undefined][] = [];

  get(name: string): Type | undefined {
    return this.known.get(name);
  }

  set(name: string, type: Type): void {
    this.changes.push([name, this.known.get(name)]);
    this.known.set(name, type);
  }

  keep(): void {
    this.changes = [];
  }

  undo(): void {
    for (const [name, before] of this.changes.reverse()) {
      if (before) this.known.set(name, before);
      else this.known.delete(name);
    }
    this.changes = [];
  }
}

const isDyn = ({ kind }: Type) => kind === 'dyn' || kind === 'any';
export const isDynOrError = (type: Type) => isDyn(type) || type.kind === 'error';

/** Whether each of `from` may be given where the same of `to` is asked for; if so, the mapping says how. */
export function assign(mapping: Mapping, from: readonly Type[], to: readonly Type[]): boolean {
  const assigned = assignableAll(mapping, from, to);
  if (assigned) mapping.keep();
  else mapping.undo();
  return assigned;
}

function assignableAll(mapping: Mapping, from: readonly Type[], to: readonly Type[]): boolean {
  return from.length === to.length && from.every((type, i) => assignable(mapping, type, to[i]!));
}

function assignable(mapping: Mapping, a: Type, b: Type): boolean {
  if (b.kind === 'param') {
    const { valid, known } = substitutes(mapping, a, b);
    if (valid) return true;
    if (known) return false;
  }
  if (a.kind === 'param') return substitutes(mapping, b, a).valid;
  if (isDynOrError(a) || isDynOrError(b)) return true;
  if (a.kind === 'null_type') return isNullable(b);
  if (b.kind === 'null_type') return isNullable(a);
  if (a.kind !== b.kind) return false;
  if (a.kind === 'type') return true;
  return a.name === b.name && assignableAll(mapping, a.params, b.params);
}

const isNullable = ({ kind }: Type) => ['opaque', 'struct', 'duration', 'timestamp', 'null_type'].includes(kind);

function substitutes(mapping: Mapping, type: Type, param: Type): { valid: boolean; known: boolean } {
  if (sameType(type, param)) return { valid: true, known: true };
  const known = mapping.get(param.name);
  if (known) {
    if (sameType(type, known)) return { valid: true, known: true };
    if (!assignable(mapping, type, known)) return { valid: false, known: true };
    const general = mostGeneral(type, known);
    if (!refersTo(mapping, param, general)) mapping.set(param.name, general);
    return { valid: true, known: true };
  }
  if (refersTo(mapping, param, type)) return { valid: false, known: false };
  mapping.set(param.name, type);
  return { valid: true, known: false };
}

/** Whether the parameter is in the type; a type within itself has no end. */
function refersTo(mapping: Mapping, param: Type, type: Type): boolean {
  if (sameType(param, type)) return true;
  if (type.kind === 'param') {
    const known = mapping.get(type.name);
    return known !== undefined && refersTo(mapping, param, known);
  }
  return type.params.some((each) => refersTo(mapping, param, each));
}

/** Of two types of which one may stand for the other, the one that says less. */
export const mostGeneral = (a: Type, b: Type) => (saysLess(a, b) ? a : b);

function saysLess(a: Type, b: Type): boolean {
  if (isDyn(a) || a.kind === 'param') return true;
  if (isDyn(b) || b.kind === 'param' || a.kind !== b.kind) return false;
  if (a.kind === 'type') return true;
  return a.name === b.name && a.params.length === b.params.length && a.params.every((param, i) => saysLess(param, b.params[i]!));
}

/** The type with what its parameters stand for; those that stand for nothing stay, or are dyn. */
export function substitute(mapping: Mapping, type: Type, unboundToDyn = false): Type {
  if (type.kind === 'param') {
    const known = mapping.get(type.name);
    return known ? substitute(mapping, known, unboundToDyn) : unboundToDyn ? DYN : type;
  }
  return type.params.length === 0 ? type : { ...type, params: type.params.map((param) => substitute(mapping, param, unboundToDyn)) };
}
