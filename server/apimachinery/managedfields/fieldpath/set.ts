/**
 * A set of field paths, as a trie. Sets do not change: operations answer new ones, which share what stayed the same.
 *
 * Upstream: sigs.k8s.io/structured-merge-diff/v6/fieldpath/set.go. No branch is kept that leads to no member.
 */
import type { Path, PathElement } from './path-element.ts';
import { comparePathElements } from './path-element.ts';

export interface FieldSet {
  /** Whether the path that leads here is in the set itself. */
  readonly member: boolean;
  readonly children?: ReadonlyMap<PathElement, FieldSet> | undefined;
}

type Children = Map<PathElement, FieldSet>;

export const EMPTY: FieldSet = { member: false };
export const MEMBER: FieldSet = { member: true };

export const isEmpty = (set: FieldSet) => !set.member && !set.children;

/** The one way in which sets are made: without empty branches. */
export function branch(member: boolean, children: ReadonlyMap<PathElement, FieldSet> | undefined): FieldSet {
  if (children && children.size > 0) return { member, children };
  return member ? MEMBER : EMPTY;
}

export function newSet(...paths: Path[]): FieldSet {
  return paths.reduce((set, path) => union(set, path.reduceRight<FieldSet>((below, element) => branch(false, new Map([[element, below]])), MEMBER)), EMPTY);
}

export function has(set: FieldSet, path: Path): boolean {
  let at: FieldSet | undefined = set;
  for (const element of path) at = at?.children?.get(element);
  return at?.member ?? false;
}

export const below = (set: FieldSet, element: PathElement): FieldSet => set.children?.get(element) ?? EMPTY;

export function union(a: FieldSet, b: FieldSet): FieldSet {
  if (a === b || isEmpty(b)) return a;
  if (isEmpty(a)) return b;
  if (!a.children || !b.children) return branch(a.member || b.member, a.children ?? b.children);
  const children: Children = new Map(a.children);
  for (const [element, child] of b.children) {
    const mine = children.get(element);
    children.set(element, mine ? union(mine, child) : child);
  }
  return branch(a.member || b.member, children);
}

/** What each child of `set` becomes; empty ones go. */
function mapChildren(set: FieldSet, change: (child: FieldSet, element: PathElement) => FieldSet): Children | undefined {
  if (!set.children) return undefined;
  const children: Children = new Map();
  for (const [element, child] of set.children) {
    const changed = change(child, element);
    if (!isEmpty(changed)) children.set(element, changed);
  }
  return children;
}

export function intersection(a: FieldSet, b: FieldSet): FieldSet {
  if (!b.children) return a.member && b.member ? MEMBER : EMPTY;
  return branch(a.member && b.member, mapChildren(a, (child, element) => intersection(child, below(b, element))));
}

/** The paths of `a` that are not in `b`; a path stays when only one above or below it is in `b`. */
export function difference(a: FieldSet, b: FieldSet): FieldSet {
  if (isEmpty(b)) return a;
  return branch(a.member && !b.member, mapChildren(a, (child, element) => difference(child, below(b, element))));
}

/** The paths of `a` that are neither in `b` nor below one of its paths. */
export function recursiveDifference(a: FieldSet, b: FieldSet): FieldSet {
  if (isEmpty(b)) return a;
  return branch(
    a.member && !b.member,
    mapChildren(a, (child, element) => {
      const without = below(b, element);
      return without.member ? EMPTY : recursiveDifference(child, without);
    }),
  );
}

/** The paths on the way to, or below, one of the patterns, in which `*` stands for any element. */
export function filterIncludeMatches(set: FieldSet, patterns: readonly Path[]): FieldSet {
  if (patterns.some((pattern) => pattern.length === 0)) return set;
  const children = mapChildren(set, (child, element) => {
    const inner = patterns.filter(([first]) => first === '*' || first === element).map((pattern) => pattern.slice(1));
    return inner.length === 0 ? EMPTY : filterIncludeMatches(child, inner);
  });
  return branch(set.member, children);
}

export const sortedElements = ({ children }: FieldSet): PathElement[] => (children ? [...children.keys()].sort(comparePathElements) : []);

/** Every path, in upstream's order: the members of a level before what is below any of them. */
export function* paths(set: FieldSet, prefix: Path = []): Generator<Path> {
  const elements = sortedElements(set);
  for (const element of elements) if (below(set, element).member) yield [...prefix, element];
  for (const element of elements) yield* paths(below(set, element), [...prefix, element]);
}
