/**
 * Cuts a piece out of the running source by name: a symbol (`server/filters/chain.ts#newChain`, `…#Store.create`,
 * `…#Store.#private`), a region (`// #region name` … `// #endregion`), or a whole file. Never by line number. A name that is gone fails the build.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { highlight } from './highlight.ts';
import { root } from './root.ts';

export interface Excerpt {
  file: string;
  /** The symbol or region; empty for a whole file. */
  name: string;
  /** 1-based, in the file. */
  firstLine: number;
  lines: string[];
  /** The same lines, coloured. */
  html: string[];
}

export interface ExcerptOptions {
  /** Keep the comment that stands before the symbol. */
  doc?: boolean;
}

export function excerpt(reference: string, options: ExcerptOptions = {}): Excerpt {
  // only the first: a private member's name begins with one
  const [, file = '', name = ''] = /^([^#]*)#?(.*)$/s.exec(reference) ?? [];
  return cut(file, read(reference, file), name, options);
}

export function cut(file: string, text: string, name: string, { doc = false }: ExcerptOptions = {}): Excerpt {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const range = name === '' ? bodyOf(source) : (symbolRange(source, name, doc) ?? regionRange(source, name));
  if (!range) throw new Error(`excerpt "${file}#${name}": ${file} has no symbol or region of this name; it has ${namesIn(source).join(', ')}`);
  const firstLine = source.getLineAndCharacterOfPosition(range.start).line;
  const lastLine = source.getLineAndCharacterOfPosition(range.end).line;
  const lines = text.split('\n').slice(firstLine, lastLine + 1);
  const { from, to } = withoutBlank(lines);
  const indent = commonIndent(lines);
  // Coloured as part of its file: a method alone is no program.
  const html = highlight(text).slice(firstLine, lastLine + 1);
  const take = (all: string[]) => all.slice(from, to).map((line) => line.slice(indent));
  return { file, name, firstLine: firstLine + from + 1, lines: take(lines), html: take(html) };
}

interface Range {
  start: number;
  end: number;
}

function read(reference: string, file: string): string {
  try {
    return readFileSync(join(root, file), 'utf8');
  } catch {
    throw new Error(`excerpt "${reference}": there is no file ${file}`);
  }
}

/** A whole file, without the comment that opens it. */
function bodyOf(source: ts.SourceFile): Range {
  const first = source.statements[0];
  return { start: first ? first.getStart(source) : 0, end: source.text.trimEnd().length };
}

function symbolRange(source: ts.SourceFile, path: string, doc: boolean): Range | undefined {
  let nodes: readonly ts.Node[] = source.statements;
  let found: ts.Node | undefined;
  for (const name of path.split('.')) {
    found = nodes.find((node) => declares(node, name));
    if (!found) return undefined;
    nodes = childrenOf(found);
  }
  const whole = found && statementOf(found);
  return whole && { start: whole.getStart(source, doc), end: whole.getEnd() };
}

/** A named function given to a call (`router.get(path, function getConfigMap…`) is cut with its call. */
function statementOf(node: ts.Node): ts.Node {
  if (!ts.isFunctionExpression(node) || !ts.isCallExpression(node.parent)) return node;
  return ts.isExpressionStatement(node.parent.parent) ? node.parent.parent : node;
}

function declares(node: ts.Node, name: string): boolean {
  return declaredNames(node).includes(name);
}

function declaredNames(node: ts.Node): string[] {
  if (ts.isVariableStatement(node)) return node.declarationList.declarations.map((d) => d.name.getText());
  if (ts.isConstructorDeclaration(node)) return ['constructor'];
  const { name } = node as ts.NamedDeclaration;
  return name ? [name.getText()] : [];
}

/** What a name inside a symbol may mean: a member, a property, or a function that its body declares or returns. */
function childrenOf(node: ts.Node): ts.Node[] {
  const children: ts.Node[] = [];
  const visit = (child: ts.Node): void => {
    if (declaredNames(child).length > 0) children.push(child);
    else ts.forEachChild(child, visit);
  };
  if (ts.isVariableStatement(node)) for (const d of node.declarationList.declarations) ts.forEachChild(d, visit);
  else ts.forEachChild(node, visit);
  return children;
}

function regionRange(source: ts.SourceFile, name: string): Range | undefined {
  const { text } = source;
  const open = new RegExp(`^[ \\t]*// #region ${name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}[ \\t]*$`, 'm').exec(text);
  if (!open) return undefined;
  const start = open.index + open[0].length + 1;
  const close = /^[ \t]*\/\/ #endregion.*$/m.exec(text.slice(start));
  if (!close) throw new Error(`region "${name}" in ${source.fileName} has no // #endregion`);
  return { start, end: start + close.index - 1 };
}

function namesIn(source: ts.SourceFile): string[] {
  return source.statements.filter((node) => !ts.isImportDeclaration(node)).flatMap(declaredNames);
}

function withoutBlank(lines: readonly string[]): { from: number; to: number } {
  const filled = (line: string) => line.trim() !== '';
  return { from: Math.max(lines.findIndex(filled), 0), to: lines.findLastIndex(filled) + 1 };
}

function commonIndent(lines: readonly string[]): number {
  return Math.min(...lines.filter((line) => line.trim() !== '').map((line) => line.length - line.trimStart().length));
}
