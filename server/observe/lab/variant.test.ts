import { expect, test } from 'vitest';
import { newAPIServer } from '../../http/api-server.ts';
import { defaultServerConfig } from '../../stages/default-config.ts';
import type { Stage } from '../../stages/stage.ts';
import { splitVariant, variantName, variantOf } from './variant.ts';

/** Builds a variant of a stage with three filters; answers their names as the stage would install them. */
function chainOf(edit: string): string[] {
  let names: string[] = [];
  const stage: Stage = {
    name: 'three',
    adds: '',
    tries: [],
    build({ tracer, arrange = (chain) => [...chain] }) {
      names = arrange([function a() {}, function b() {}, function c() {}]).map(({ name }) => name);
      return newAPIServer({ tracer, install: () => undefined });
    },
  };
  variantOf(stage, edit).build(defaultServerConfig());
  return names;
}

test.each([
  ['', 'abc'],
  ['without b', 'ac'],
  ['c before a', 'cab'],
  ['a before c', 'bac'],
  ['a after b', 'bac'],
  ['a after c', 'bca'],
])('the change "%s" of abc makes %s', (edit, names) => {
  expect(chainOf(edit).join('')).toBe(names);
});

test.each([
  ['without d', 'there is no filter "d" in this chain'],
  ['d before a', 'there is no filter "d" in this chain'],
  ['a before a', 'there is no filter "a" in this chain'],
  ['upside down', 'not by "upside down"'],
])('"%s" is refused', (edit, message) => {
  expect(() => chainOf(edit)).toThrow(message);
});

test('a variant is named by its stage and its change, and the name can be taken apart', () => {
  expect(variantName('filters', '  without   b ')).toBe('filters without b');
  expect(splitVariant('filters without b')).toEqual(['filters', 'without b']);
  expect(splitVariant('filters')).toEqual(['filters', '']);
  expect(variantName('filters', '')).toBe('filters');
});
