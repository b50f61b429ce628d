import { describe, expect, test } from 'vitest';
import { linksOf } from './code-map.ts';
import { find, parseSymbols, upstream } from './upstream.ts';

const symbols = parseSymbols('a/x.go\t12\tServe\na/x.go\t0\tOld\nb/y.go\t7\tServe\n');

describe('a link into Kubernetes', () => {
  test('leads to the line of the symbol', () => {
    expect(find(symbols, 'Serve', 'b/y.go').href).toBe('https://github.com/kubernetes/kubernetes/blob/v1.36.2/b/y.go#L7');
  });

  test('leads to the file where the line was not verified', () => {
    expect(find(symbols, 'Old').href).toBe('https://github.com/kubernetes/kubernetes/blob/v1.36.2/a/x.go');
  });

  test.each([
    ['a symbol that is unknown', 'Nothing', undefined, 'upstream symbol "Nothing" is unknown in v1.36.2'],
    ['a file that has no such symbol', 'Old', 'b/y.go', 'upstream symbol "Old" in b/y.go is unknown'],
    ['a symbol of several files without a path', 'Serve', undefined, 'stands in 2 files; name its path, one of a/x.go, b/y.go'],
  ])('to %s is refused', (_what, symbol, path, message) => {
    expect(() => find(symbols, symbol, path)).toThrow(message);
  });

  test('knows the handler chain', () => {
    expect(upstream('DefaultBuildHandlerChain', 'staging/src/k8s.io/apiserver/pkg/server/config.go').line).toBeGreaterThan(0);
  });
});

test('a function of ours leads to the Go symbol of its name, in the file that its header names', () => {
  const links = linksOf('/**\n * Gets.\n *\n * Upstream: k8s.io/apiserver/pkg/endpoints/handlers/get.go.\n */\nexport function getResource() {}\nfunction ours() {}\n');
  const file = 'https://github.com/kubernetes/kubernetes/blob/v1.36.2/staging/src/k8s.io/apiserver/pkg/endpoints/handlers/get.go';
  expect(links).toEqual({ '': file, getresource: expect.stringMatching(new RegExp(`^${file}#L\\d+$`)) });
});

test('a file whose header names no file upstream has no links', () => {
  expect(linksOf('/** Ours alone. */\nexport function getResource() {}')).toEqual({});
});
