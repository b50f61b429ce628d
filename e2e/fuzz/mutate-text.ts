/** Changes to the text of a body, which make of it what no writer of JSON or YAML would write. */
import type { Random } from './random.ts';
import { oddText } from './values.ts';

/** Cut, doubled, with something in its middle. */
export function mutateText(random: Random, text: string): string {
  const at = random.int(text.length + 1);
  const to = Math.min(text.length, at + random.int(20));
  switch (random.int(6)) {
    case 0:
      return text.slice(0, at);
    case 1:
      return text.slice(0, at) + text.slice(to);
    case 2:
      return text + random.pick(['}', ' ', '\0', text, ',', '\n---\n', '//a', '[]']);
    case 3:
      return `${random.pick(['\ufeff', '\0', ' ', '\n', '[', '{', ',', '%', '---\n'])}${text}`;
    case 4:
      return text.slice(0, at) + random.pick([',', ':', '"', '\\', '\\u12', '{', '}', '[', ']', '\0', '\x80', '/* */', '\\ud800', "'", '1e']) + text.slice(to);
    default:
      return text.slice(0, at) + oddText(random) + text.slice(at);
  }
}

const yamlEnds = [
  'a: &a [*a]\n',
  'a: *nowhere\n',
  'data: &d {a: b}\nmetadata: {<<: *d}\n',
  'a: &a {b: c}\nd: {<<: [*a, *a, 1]}\n',
  'a: !!binary "=="\n',
  'a: !!float x\nb: !!int 0o9\n',
  'a: !!set {b, c}\nd: !!omap [e: f]\ng: !!pairs [h: i]\n',
  'a: !local {b: 1}\n!!str c: d\n',
  'a: !!js/function "x"\nb: !!python/object:a {}\n',
  '? [a, b]\n: c\n? {d: e}\n: f\n',
  '? |\n  a\n: b\n',
  '- a\n- b\n',
  '\ta: b\n',
  'a: b: c\n',
  'a: [b\n',
  'a: "b\n',
  "a: 'b\n",
  'a: |9\n  b\n',
  'a: >-\n b\n  c\n\td\n',
  '---\na: b\n---\nc: d\n',
  '...\na: b\n',
  '%YAML 9.9\n---\na: b\n',
  '%TAG ! tag:example.com,2000:\n---\n!a b: c\n',
  'a: 1\na: 2\n',
  '1: a\ntrue: b\nnull: c\n1.5: d\n~: e\n',
  '.nan: .inf\na: -.Inf\n0x1F: 0b11\n017: 1_000\n1:30: 190:20:30\n2026-01-01: 2026-01-01\n',
  '__proto__: {a: b}\nconstructor: {prototype: {a: b}}\n',
  '"\\x00\\u0001\\uD800": "\\U0001F600\\q"\n',
  '@a: `b`\n',
  '# only this\n',
  'yes: no\non: off\ny: n\n',
];

/** A YAML document with something at its end, its start, or within, that readers take in different ways. */
export function mutateYAML(random: Random, text: string): string {
  switch (random.int(8)) {
    case 0:
      return mutateText(random, text);
    case 1:
      return random.pick(yamlEnds);
    case 2:
      return text.replace(/: /g, (colon) => (random.chance(0.1) ? random.pick([':', ' : ', ': !!str ', ': &x ', ': *x ', ':\t', ': - ', ': |\n']) : colon));
    case 3:
      return text.replace(/\n {2}/g, (indent) => (random.chance(0.1) ? random.pick(['\n\t', '\n', '\n ', '\n    ', '\r\n  ', '\n  - ', '\n  ? ']) : indent));
    case 4:
      return random.chance(0.2) ? text + laughs(random) : `${text}${nested(random)}`;
    default:
      return random.chance(0.5) ? text + random.pick(yamlEnds) : random.pick(yamlEnds) + text;
  }
}

/** Aliases of aliases of aliases. */
function laughs(random: Random): string {
  const width = random.pick([2, 9, 30]);
  const lines = ['a0: &a0 [lol]'];
  for (let n = 1; n <= random.pick([3, 9]); n++) lines.push(`a${n}: &a${n} [${Array(width).fill(`*a${n - 1}`).join(',')}]`);
  return `${lines.join('\n')}\n`;
}

function nested(random: Random): string {
  const depth = random.pick([10, 100, 1000, 9999, 10_001]);
  const [open, close] = random.pick([['[', ']'], ['{a: ', '}'], ['- ', ''], ['? ', '']] as const);
  return `z: ${open.repeat(depth)}${close.repeat(depth)}\n`;
}
