/** Links into Kubernetes' source, by symbol. A symbol that upstream's list does not know fails the build. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './root.ts';

export const upstreamVersion = 'v1.36.2';

export interface UpstreamSymbol {
  path: string;
  /** 0: the line was not verified. */
  line: number;
  symbol: string;
}

export function parseSymbols(tsv: string): UpstreamSymbol[] {
  return tsv
    .trimEnd()
    .split('\n')
    .map((row) => {
      const [path = '', line = '0', symbol = ''] = row.split('\t');
      return { path, line: Number(line), symbol };
    });
}

let known: UpstreamSymbol[] | undefined;
let byPath: Map<string, Map<string, number>> | undefined;

function all(): UpstreamSymbol[] {
  return (known ??= parseSymbols(readFileSync(join(root, 'site/build/upstream-symbols.tsv'), 'utf8')));
}

export function upstream(symbol: string, path?: string): UpstreamSymbol & { href: string } {
  return find(all(), symbol, path);
}

export function find(symbols: readonly UpstreamSymbol[], symbol: string, path?: string): UpstreamSymbol & { href: string } {
  const matches = symbols.filter((s) => s.symbol === symbol && (path === undefined || s.path === path));
  const [match] = matches;
  if (!match) throw new Error(`upstream symbol "${symbol}"${path ? ` in ${path}` : ''} is unknown in ${upstreamVersion}`);
  if (matches.length > 1) throw new Error(`upstream symbol "${symbol}" stands in ${matches.length} files; name its path, one of ${matches.slice(0, 5).map((m) => m.path).join(', ')}`);
  const anchor = match.line > 0 ? `#L${match.line}` : '';
  return { ...match, href: `https://github.com/kubernetes/kubernetes/blob/${upstreamVersion}/${match.path}${anchor}` };
}

/** Each file's symbols by lower-case name, with their lines; a method counts by its own name too. */
export function symbolsByPath(): Map<string, Map<string, number>> {
  byPath ??= new Map();
  if (byPath.size > 0) return byPath;
  for (const { path, line, symbol } of all()) {
    const symbols = byPath.get(path) ?? new Map<string, number>();
    byPath.set(path, symbols.set(symbol.toLowerCase(), line));
    const method = symbol.split('.').at(-1)?.toLowerCase() ?? '';
    if (!symbols.has(method)) symbols.set(method, line);
  }
  return byPath;
}
