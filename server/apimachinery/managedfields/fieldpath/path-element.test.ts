import { expect, test } from 'vitest';
import { comparePathElements, formatPath, keyElement, parsePathElement, valueElement } from './path-element.ts';

test.each([
  ['f:data', 'f:data'],
  ['f:', 'f:'],
  ['k:{"name":"app"}', 'k:{"name":"app"}'],
  ['k:{"protocol":"TCP","containerPort":80}', 'k:{"containerPort":80,"protocol":"TCP"}'],
  ['k:{ "name": "app" }', 'k:{"name":"app"}'],
  ['v: "x"', 'v:"x"'],
  ['i:3', 'i:3'],
  ['x:later', undefined],
])('reads %s as %s', (text, element) => {
  expect(parsePathElement(text)).toBe(element);
});

test.each(['f', 'data', 'k:{', 'v:{', 'i:x'])('refuses %s', (text) => {
  expect(() => parsePathElement(text)).toThrow();
});

test('fields come first, then keys, values and indexes, and numbers by size', () => {
  const inOrder = ['f:a', 'f:b', 'k:{"port":443}', 'k:{"port":1000}', 'k:{"port":"80"}', 'v:9', 'v:10', 'v:"a"', 'v:true', 'i:2', 'i:10'];
  expect(inOrder.toReversed().sort(comparePathElements)).toEqual(inOrder);
});

test('a path reads as in messages', () => {
  const path = ['f:spec', 'f:containers', keyElement([['protocol', 'TCP'], ['containerPort', 80]]), valueElement('a"b'), 'i:1'];
  expect(formatPath(path)).toBe('.spec.containers[containerPort=80,protocol="TCP"][="a\\"b"][1]');
});
