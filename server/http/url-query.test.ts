import { expect, test } from 'vitest';
import { urlQuery } from './url-query.ts';

test.each([
  ['/a', []],
  ['/a?', []],
  ['/a?b=c&d', [['b', 'c'], ['d', '']]],
  ['/a?b=1&b=2', [['b', '1'], ['b', '2']]],
  ['/a??b=c', [['?b', 'c']]],
  ['/a??b=%41', [['?b', 'A']]],
  ['/a?b=c;d=e&f=g', [['f', 'g']]],
  ['/a?b=%3B+%26', [['b', '; &']]],
  ['/a?b=%zz&%=c&d=%4&e=%41', [['e', 'A']]],
  ['/a?b=%ff', [['b', '\ufffd']]],
  ['/a?b#c=d', [['b#c', 'd']]],
])('the query of %s', (target, pairs) => {
  expect([...urlQuery(target)]).toEqual(pairs);
});
