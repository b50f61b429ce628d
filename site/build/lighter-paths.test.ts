import { expect, test } from 'vitest';
import { lighterPaths } from './lighter-paths.ts';

const path = (d: string) => / d="(.*)"/.exec(lighterPaths(`<path d="${d}"/>`))?.[1];

test.each([
  ['straight curves as lines, without lifting the pen', 'M0 0 C3.3333333 0, 6.6666666 0, 10 0 M10 0 C10 2, 10 4, 10 9.96', 'M0 0L10 0L10 10'],
  ['a line that is drawn twice once', 'M0 0 C3 0, 6 0, 10 0 M0 0 C2 0, 7 0, 10 0 M10 0 C10 2, 10 4, 10 5', 'M0 0L10 0L10 5'],
  ['nothing where nothing moves', 'M5 5 C5 5, 5 5, 5 5 M5 5 C5 6, 5 7, 5 8', 'M5 5L5 8'],
  ['what is curved as it is, with fewer digits', 'M0.123456,0C0,10.987654,5,10,10,0', 'M0.1,0C0,11,5,10,10,0'],
  ['other commands as they are', 'M1.55000,2L3,4.04321Q-5.25001,6,7,8Z', 'M1.6,2L3,4Q-5.3,6,7,8Z'],
  ['an icon as it is', 'M5.25.5c1.96.5-.04-.3 2-0.045', 'M5.25.5c1.96.5-.04-.3 2-0.045'],
])('draws %s', (_what, d, lighter) => {
  expect(path(d)).toBe(lighter);
});

test('leaves all else of a drawing alone', () => {
  expect(lighterPaths('<g id="x 1.23456"><path class="a" d="M1.23456 2L3 4"/></g>')).toBe('<g id="x 1.23456"><path class="a" d="M1.2 2L3 4"/></g>');
});
