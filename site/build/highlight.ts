/**
 * Colours TypeScript by its syntax tree. Few colours: what a reader looks for is where things are defined and called,
 * what is text, what is commentary; the rest is ink.
 */
import ts from 'typescript';

type Colour = 'comment' | 'string' | 'keyword' | 'constant' | 'function';

/** One string of HTML for each line of a file. */
export function highlight(text: string): string[] {
  const source = ts.createSourceFile('excerpt.ts', text, ts.ScriptTarget.Latest, true);
  const lines: string[] = [''];
  const write = (piece: string, colour: Colour | undefined) => {
    for (const [index, part] of piece.split('\n').entries()) {
      if (index > 0) lines.push('');
      // A line's own indent stays outside, where an excerpt may cut it off.
      const indent = part.length - part.trimStart().length;
      const html = escapeHtml(part.slice(indent));
      lines[lines.length - 1] += part.slice(0, indent) + (html === '' || colour === undefined ? html : `<span style="color:var(--code-token-${colour})">${html}</span>`);
    }
  };
  let at = 0;
  for (const token of tokensOf(source)) {
    const start = token.getStart(source);
    // What lies between two tokens is space, or a comment.
    write(text.slice(at, start), 'comment');
    write(text.slice(start, token.end), colourOf(token));
    at = token.end;
  }
  write(text.slice(at), 'comment');
  return lines;
}

function* tokensOf(node: ts.Node): Generator<ts.Node> {
  if (ts.isJSDoc(node)) return;
  const children = node.getChildren();
  if (children.length === 0) yield node;
  else for (const child of children) yield* tokensOf(child);
}

const types = new Set([ts.SyntaxKind.StringKeyword, ts.SyntaxKind.NumberKeyword, ts.SyntaxKind.BooleanKeyword, ts.SyntaxKind.UnknownKeyword, ts.SyntaxKind.NeverKeyword, ts.SyntaxKind.ObjectKeyword, ts.SyntaxKind.BigIntKeyword]);
const constants = new Set([ts.SyntaxKind.TrueKeyword, ts.SyntaxKind.FalseKeyword, ts.SyntaxKind.NullKeyword, ts.SyntaxKind.NumericLiteral, ts.SyntaxKind.BigIntLiteral]);
const strings = new Set([
  ts.SyntaxKind.StringLiteral, ts.SyntaxKind.NoSubstitutionTemplateLiteral, ts.SyntaxKind.TemplateHead, ts.SyntaxKind.TemplateMiddle, ts.SyntaxKind.TemplateTail, ts.SyntaxKind.RegularExpressionLiteral,
]);

function colourOf(token: ts.Node): Colour | undefined {
  const { kind } = token;
  if (types.has(kind)) return 'function';
  if (constants.has(kind)) return 'constant';
  if (strings.has(kind)) return 'string';
  if (kind >= ts.SyntaxKind.FirstKeyword && kind <= ts.SyntaxKind.LastKeyword) return 'keyword';
  return (ts.isIdentifier(token) || ts.isPrivateIdentifier(token)) && namesFunctionOrType(token) ? 'function' : undefined;
}

function namesFunctionOrType(name: ts.Identifier | ts.PrivateIdentifier): boolean {
  const { parent } = name;
  if (ts.isPropertyAccessExpression(parent)) return parent.name === name && ts.isCallExpression(parent.parent) && parent.parent.expression === parent;
  if (ts.isCallExpression(parent) || ts.isNewExpression(parent)) return parent.expression === name;
  return ts.isFunctionLike(parent) || ts.isClassLike(parent) || ts.isInterfaceDeclaration(parent) || ts.isTypeAliasDeclaration(parent) || ts.isTypeReferenceNode(parent) || ts.isExpressionWithTypeArguments(parent) || ts.isTypeParameterDeclaration(parent);
}

export function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
