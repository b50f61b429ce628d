/** The diagrams: a mermaid source and the SVG drawn from it, which names the hash of the source that it was drawn from. */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './root.ts';

export const diagramsFolder = join(root, 'chapters/diagrams');

export function sourceHash(source: string): string {
  return createHash('sha256').update(source).digest('hex').slice(0, 16);
}

export function diagramNames(folder = diagramsFolder): string[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith('.mmd'))
    .map((file) => file.slice(0, -'.mmd'.length));
}

export function isStale(name: string, folder = diagramsFolder): boolean {
  const svg = join(folder, `${name}.svg`);
  return !existsSync(svg) || !readFileSync(svg, 'utf8').startsWith(stamp(readFileSync(join(folder, `${name}.mmd`), 'utf8')));
}

export function stamp(source: string): string {
  return `<!-- drawn from ${sourceHash(source)} -->\n`;
}

export function diagram(name: string, folder = diagramsFolder): { svg: string } {
  if (!existsSync(join(folder, `${name}.mmd`))) throw new Error(`<Diagram name="${name}">: there is no chapters/diagrams/${name}.mmd`);
  if (isStale(name, folder)) throw new Error(`diagram "${name}": its SVG is missing or older than its source; run \`node site/build/diagrams.ts\``);
  return { svg: readFileSync(join(folder, `${name}.svg`), 'utf8') };
}
