/** The table as a drawing: processor time for each request, beside its limit, on a logarithmic scale. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Row } from './load.ts';

const out = fileURLToPath(new URL('./out/', import.meta.url));
const width = 760;
const left = 300;
const rowHeight = 54;
const bar = 16;

/** Writes the drawing and answers its path. */
export function plot(rows: Row[]): string {
  const largest = Math.max(...rows.map(({ ours }) => ours.cpuMicros));
  const scale = (micros: number) => (Math.log10(1 + micros) / Math.log10(1 + largest)) * (width - left - 90);
  const drawn = rows.map(({ what, ours, limit }, n) => {
    const y = 40 + n * rowHeight;
    const one = (micros: number, dy: number, color: string) =>
      `<rect x="${left}" y="${y + dy}" width="${scale(micros).toFixed(1)}" height="${bar}" fill="${color}"/>` +
      `<text x="${(left + scale(micros) + 6).toFixed(1)}" y="${y + dy + 12}">${micros < 10 ? micros.toFixed(1) : Math.round(micros)} µs</text>`;
    return `<text x="${left - 10}" y="${y + 22}" text-anchor="end">${what}</text>${one(ours.cpuMicros, 0, '#3b6fb6')}${one(limit.cpuMicros, bar + 3, '#b9b9b9')}`;
  });
  const svg =
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${40 + rows.length * rowHeight}" font-family="sans-serif" font-size="13">` +
    `<rect width="100%" height="100%" fill="white"/><text x="10" y="22">CPU time for each, logarithmic: apiserver (blue), bare Express (grey)</text>${drawn.join('')}</svg>\n`;
  mkdirSync(out, { recursive: true });
  const file = `${out}cpu.svg`;
  writeFileSync(file, svg);
  return relative(process.cwd(), file);
}
