/**
 * Which Go symbol a function of ours stands for: each file's header names the file upstream, and functions keep their
 * names. Where only the file is known, the link leads to the file.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './root.ts';
import { symbolsByPath, upstreamVersion } from './upstream.ts';

/** For each of our files: the link of the file (under ''), and of each function that has one of its own. */
export type UpstreamLinks = Record<string, Record<string, string>>;

let made: UpstreamLinks | undefined;

export function upstreamLinks(): UpstreamLinks {
  return (made ??= Object.fromEntries(sourceFiles().map((file) => [file, linksOf(readFileSync(join(root, file), 'utf8'))])));
}

/** The server's files, without its tests. */
export function sourceFiles(folder = 'server'): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !/\.(test|d\.json)\.ts$/.test(file))
    .map((file) => `${folder}/${file}`)
    .sort();
}

export function linksOf(text: string): Record<string, string> {
  const header = /^\/\*\*[\s\S]*?\*\//.exec(text)?.[0] ?? '';
  const path = upstreamPath(header);
  const symbols = path === undefined ? undefined : symbolsByPath().get(path);
  if (path === undefined || !symbols) return {};
  const href = (line: number) => `https://github.com/kubernetes/kubernetes/blob/${upstreamVersion}/${path}${line > 0 ? `#L${line}` : ''}`;
  const functions = [...text.matchAll(/\b(?:function|class)\s+([a-zA-Z]\w*)|^ {2}(?:async )?([a-zA-Z]\w*)\(/gm)].map((match) => match[1] ?? match[2] ?? '');
  const found = functions.flatMap((fn): [string, string][] => {
    const line = symbols.get(fn.toLowerCase());
    return line === undefined ? [] : [[fn.toLowerCase(), href(line)]];
  });
  return { '': href(0), ...Object.fromEntries(found) };
}

/** `k8s.io/apiserver/pkg/x.go` lies in the staging folder; `pkg/x.go` at the top. */
function upstreamPath(header: string): string | undefined {
  const named = /(k8s\.io\/[\w./-]+\.go|\bpkg\/[\w./-]+\.go)/.exec(header)?.[1];
  return named?.startsWith('k8s.io/') ? `staging/src/${named}` : named;
}
