import { describe, expect, test } from 'vitest';
import { annotate, noteMark, notesFrom } from './annotate.ts';
import { cut, excerpt } from './excerpt.ts';

const file = `/** What it stands for. */
import { a } from './a.ts';

/** Serves. */
export function serve(router: Router): void {
  router.get('/x', function getX(req, res) {
    res.json(1);
  });

  function helper() {
    return 2;
  }
}

export class Store {
  /** One key. */
  async get(key: string): Promise<string> {
    return key; // as it is
  }

  #missing(): never {
    throw new Error();
  }
}

export const stage = {
  name: 'stage',
  build(c) {
    // #region composition
    const store = newStore(c);
    return store;
    // #endregion
  },
};
`;

const lines = (name: string, options = {}) => cut('x.ts', file, name, options).lines;

describe('an excerpt', () => {
  test.each([
    ['a function', 'serve.helper', ['function helper() {', '  return 2;', '}']],
    ['a function given to a call, with the call', 'serve.getX', ["router.get('/x', function getX(req, res) {", '  res.json(1);', '});']],
    ['a method', 'Store.get', ['async get(key: string): Promise<string> {', '  return key; // as it is', '}']],
    ['a private method', 'Store.#missing', ['#missing(): never {', '  throw new Error();', '}']],
    ['a property of a constant, in whole lines', 'stage.name', ["name: 'stage',"]],
    ['a region', 'composition', ['const store = newStore(c);', 'return store;']],
  ])('is %s, without its indent', (_what, name, expected) => {
    expect(lines(name)).toEqual(expected);
  });

  test('of a whole file leaves out the comment that opens it', () => {
    expect(lines('')[0]).toBe("import { a } from './a.ts';");
    expect(lines('').at(-1)).toBe('};');
  });

  test('keeps the comment before a symbol where it is asked to', () => {
    expect(lines('serve', { doc: true })[0]).toBe('/** Serves. */');
    expect(lines('serve')[0]).toBe('export function serve(router: Router): void {');
  });

  test('knows its first line in the file', () => {
    expect(cut('x.ts', file, 'Store.get').firstLine).toBe(17);
  });

  test('is coloured line by line, with text as text', () => {
    const { html } = cut('x.ts', file, 'Store.get');
    expect(html[0]).toContain('<span style="color:var(--code-token-function)">Promise</span>&lt;');
    expect(html[1]).toContain('<span style="color:var(--code-token-comment)">// as it is</span>');
    expect(html.map((line) => line.replaceAll(/<[^>]+>/g, '').replaceAll('&lt;', '<').replaceAll('&gt;', '>'))).toEqual(lines('Store.get'));
  });

  test('of a symbol that is gone names the symbols that are there', () => {
    expect(() => lines('server')).toThrow('excerpt "x.ts#server": x.ts has no symbol or region of this name; it has serve, Store, stage');
  });

  test('of a region that is not closed is refused', () => {
    expect(() => cut('x.ts', '// #region open\nconst a = 1;\n', 'open')).toThrow('region "open" in x.ts has no // #endregion');
  });

  test('of a file that is gone is refused', () => {
    expect(() => excerpt('server/nowhere.ts#x')).toThrow('there is no file server/nowhere.ts');
  });
});

describe('a note', () => {
  const store = cut('x.ts', file, 'Store.get');

  test('stands beside the line that holds its text, and the lines before it come first', () => {
    expect(annotate(store, [{ at: 'as it is', html: 'n' }])).toEqual([
      { start: 0, end: 1 },
      { start: 1, end: 3, note: { at: 'as it is', html: 'n' } },
    ]);
  });

  test('whose text no line holds is refused', () => {
    expect(() => annotate(store, [{ at: 'put(', html: '' }])).toThrow('excerpt "x.ts#Store.get": no line holds "put(", which a note is about');
  });

  test('whose text several lines hold is refused', () => {
    expect(() => annotate(store, [{ at: 'key', html: '' }])).toThrow('2 lines hold "key"');
  });

  test('beside the line of another note is refused', () => {
    expect(() => annotate(store, [{ at: 'async get', html: '' }, { at: 'Promise<', html: '' }])).toThrow('two notes stand at one line');
  });

  test.each(['a', '<b> --> "c"', '-->'])('about %j goes through the page as it is', (at) => {
    expect(notesFrom(`\n${noteMark(at)}<p>one</p>${noteMark('other')}two`)).toEqual([{ at, html: '<p>one</p>' }, { at: 'other', html: 'two' }]);
  });

  test('is the only thing that may stand inside a source', () => {
    expect(() => notesFrom('<p>words</p>')).toThrow('only <Note> may stand');
  });
});
