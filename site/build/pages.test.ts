/** What a build checks in the chapters: requests, stage differences, diagrams, links. */
import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { diagram, isStale, stamp } from './diagram-files.ts';
import { brokenLinks } from './link-check.ts';
import { requestsOf } from './requests.ts';
import { lineDiff, stageDiff } from './stage-diff.ts';

let folder: string;
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'pages-'))));
afterEach(() => rmSync(folder, { recursive: true }));

const chapter = (body: string) => ({ name: '07-x', slug: 'x', source: `---\ntitle: X\nstage: handler\n---\n\n${body}\n` });

describe('the requests of a chapter', () => {
  test('are found in reading order, also inside other elements, with their attributes evaluated', () => {
    const { stage, requests } = requestsOf(
      chapter(`Text.\n\n<Request id="a" title="A" path="/a" />\n\n<Predict>\n\n<Request id="b" title="B" method="POST" path="/b" body={{ kind: 'Pod', n: [1] }} headers={{ 'X-A': \`b\` }} expect={201} watch={2} />\n\n</Predict>`),
    );
    expect(stage).toBe('handler');
    expect(requests).toEqual([
      { id: 'a', title: 'A', method: 'GET', path: '/a', headers: {}, expect: 200 },
      { id: 'b', title: 'B', method: 'POST', path: '/b', body: { kind: 'Pod', n: [1] }, headers: { 'X-A': 'b' }, expect: 201, watch: 2 },
    ]);
  });

  test.each([
    ['with one id twice', '<Request id="a" title="A" path="/" />\n\n<Request id="a" title="B" path="/" />', 'two of its elements have the id "a"'],
    ['without a path', '<Request id="a" title="A" />', 'path: '],
    ['with an attribute that is unknown', '<Request id="a" title="A" path="/" expcet={2} />', 'expcet'],
    ['with a method that is none', '<Request id="a" title="A" path="/" method="GOT" />', 'method: '],
    ['with an expression about something else on the page', '<Request id="a" title="A" path={there} />', 'the attribute path={there} can\'t be evaluated on its own'],
    ['with an act of the same id', '<Request id="a" title="A" path="/" />\n\n<Act id="a" do="compact" />', 'two of its elements have the id "a"'],
    ['and an act that is none', '<Act id="a" do="dance" />', 'an <Act> is not as it should be: do: '],
    ['and a step of a client that is not there', '<Clients id="a" resource="pods" play={["D starts"]} />', 'a <Clients> is not as it should be: play.0: '],
    ['and a ruler of what cannot be written', '<Ruler id="a" resource="nodes" />', 'a <Ruler> is not as it should be: resource: '],
    ['with a spread', '<Request {...all} />', 'takes no {...spread}'],
  ])('%s are refused', (_what, body, message) => {
    expect(() => requestsOf(chapter(body))).toThrow(message);
  });
});

test('a stage difference tells what was added, removed and kept', () => {
  const file = (...lines: string[]) => ({ lines, html: lines.map((line) => `<b>${line}</b>`) });
  expect(lineDiff(file('a', 'b', 'c'), file('a', 'x', 'c')).map(({ kind, text, html }) => `${kind} ${text} ${html}`)).toEqual([
    'same a <b>a</b>',
    'removed b <b>b</b>',
    'added x <b>x</b>',
    'same c <b>c</b>',
  ]);
});

test('a stage is compared with the one that it names, in what it composes', () => {
  const { before, adds, lines } = stageDiff('filters');
  expect(before).toBe('server/stages/handler.ts');
  expect(adds).toContain('chain of filters');
  expect(lines[0]).toMatchObject({ kind: 'same', text: 'build(config) {' });
  expect(lines.some(({ kind }) => kind === 'added')).toBe(true);
});

describe('a diagram', () => {
  test('drawn from its source as it is now is shown', () => {
    writeFileSync(join(folder, 'd.mmd'), 'graph');
    writeFileSync(join(folder, 'd.svg'), `${stamp('graph')}<svg/>`);
    expect(diagram('d', folder).svg).toContain('<svg/>');
  });

  test('drawn from an older source is refused', () => {
    writeFileSync(join(folder, 'd.mmd'), 'graph changed');
    writeFileSync(join(folder, 'd.svg'), `${stamp('graph')}<svg/>`);
    expect(isStale('d', folder)).toBe(true);
    expect(() => diagram('d', folder)).toThrow('run `node site/build/diagrams.ts`');
  });

  test('without a source is refused', () => {
    expect(() => diagram('none', folder)).toThrow('there is no chapters/diagrams/none.mmd');
  });
});

describe('the link check', () => {
  beforeEach(() => {
    mkdirSync(join(folder, 'a'));
    writeFileSync(join(folder, 'a/index.html'), '<h2 id="there">x</h2>');
    writeFileSync(join(folder, 'f.svg'), '<svg/>');
  });

  test.each(['/a/', '/a', 'a/', './a/#there', '#here', '/f.svg', 'https://example.com/x', '/a/#there?path=/x'])('lets %s pass', (href) => {
    writeFileSync(join(folder, 'index.html'), `<p id="here"><a class="x" href="${href}">l</a>`);
    expect(brokenLinks(folder)).toEqual([]);
  });

  test.each([
    ['/b/', 'index.html: /b/ leads nowhere'],
    ['a/#gone', 'index.html: a/#gone: there is no #gone'],
    ['#gone', 'index.html: #gone: there is no #gone'],
  ])('finds %s', (href, problem) => {
    writeFileSync(join(folder, 'index.html'), `<a href="${href}">l</a>`);
    expect(brokenLinks(folder)).toEqual([problem]);
  });

  test('knows the folder that the site is served under', () => {
    writeFileSync(join(folder, 'index.html'), '<a href="/book/a/">l</a><a href="/a/">l</a>');
    expect(brokenLinks(folder, '/book/')).toEqual(['index.html: /a/ leads nowhere']);
  });
});
