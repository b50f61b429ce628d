/**
 * A stage whose chain has been changed, for a reader who wants to see what breaks: `filters without withRequestInfo`,
 * `filters withAuthorization before withAuthentication`. A variant is a stage of its own, beside the one that it changes.
 *
 * Upstream has no such thing; there one edits DefaultBuildHandlerChain and builds.
 */
import type { Stage } from '../../stages/stage.ts';

/** A change of a chain, in words: see `arrange`. */
export type ChainEdit = string;

/** `name` alone where nothing is changed. */
export function variantName(name: string, edit: ChainEdit): string {
  return edit.trim() === '' ? name : `${name} ${edit.trim().replaceAll(/\s+/g, ' ')}`;
}

/** The stage's own name, and what is changed about it. */
export function splitVariant(id: string): [name: string, edit: ChainEdit] {
  const [, name = '', edit = ''] = /^(\S*)\s*(.*)$/s.exec(id) ?? [];
  return [name, edit];
}

/** Throws where the words mean nothing. What they name is looked for when the stage is built. */
export function variantOf(stage: Stage, edit: ChainEdit): Stage {
  if (edit === '') return stage;
  const arrange = arrangement(edit);
  return { ...stage, name: variantName(stage.name, edit), build: (config) => stage.build({ ...config, arrange }) };
}

type Arrangement = <F extends { readonly name: string }>(chain: readonly F[]) => F[];

function arrangement(edit: ChainEdit): Arrangement {
  const [, without] = /^without (\w+)$/.exec(edit) ?? [];
  if (without !== undefined) return (chain) => chain.toSpliced(indexOf(chain, without), 1);
  const [, moved, where, there] = /^(\w+) (before|after) (\w+)$/.exec(edit) ?? [];
  if (moved === undefined || there === undefined) throw new TypeError(`a chain is changed by "without FILTER", "FILTER before FILTER" or "FILTER after FILTER", not by "${edit}"`);
  return (chain) => {
    const filter = chain[indexOf(chain, moved)]!;
    const others = chain.filter((each) => each !== filter);
    return others.toSpliced(indexOf(others, there) + (where === 'after' ? 1 : 0), 0, filter);
  };
}

function indexOf(chain: readonly { readonly name: string }[], name: string): number {
  const index = chain.findIndex((filter) => filter.name === name);
  if (index < 0) throw new TypeError(`there is no filter "${name}" in this chain`);
  return index;
}
