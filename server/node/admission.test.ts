import { expect, test } from 'vitest';
import { admissionFromFlags } from './admission.ts';
import { parseFlags } from './flags.ts';

const fromFlags = (...flags: string[]) => admissionFromFlags(parseFlags(flags));

test('plugins are turned on and off by name', () => {
  expect(fromFlags()).toEqual({ enable: [], disable: [] });
  expect(fromFlags('--enable-admission-plugins=NodeRestriction,Priority', '--disable-admission-plugins=LimitRanger')).toEqual({ enable: ['NodeRestriction', 'Priority'], disable: ['LimitRanger'] });
  expect(fromFlags('--enable-admission-plugins=NodeRestriction', '--enable-admission-plugins=Priority').enable).toEqual(['NodeRestriction', 'Priority']);
});

test.each<[string, string[], string]>([
  ['a name that nobody knows', ['--enable-admission-plugins=Node'], 'enable-admission-plugins plugin "Node" is unknown'],
  ['several of them', ['--enable-admission-plugins=A', '--disable-admission-plugins=B'], '[enable-admission-plugins plugin "A" is unknown, disable-admission-plugins plugin "B" is unknown]'],
  ['on and off at once', ['--enable-admission-plugins=Priority,NodeRestriction', '--disable-admission-plugins=NodeRestriction'], '[NodeRestriction] in enable-admission-plugins and disable-admission-plugins overlapped'],
  ['a plugin that is not here', ['--enable-admission-plugins=AlwaysPullImages'], 'enable-admission-plugins plugin "AlwaysPullImages" is not supported by this server'],
])('refuses %s', (_what, flags, message) => {
  expect(() => fromFlags(...flags)).toThrow(expect.objectContaining({ name: 'UsageError', message }) as Error);
});
