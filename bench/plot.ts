/** What was measured as drawings, each value beside its limit. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { shown } from './table.ts';

const out = fileURLToPath(new URL('./out/', import.meta.url));
const OURS = '#3b6fb6';
const LIMIT = '#b9b9b9';
const BAR = '#c0392b';
const width = 800;

interface Bar {
  what: string;
  ours: number;
  limit: number;
  /** What ours should stay below. */
  bar?: number | undefined;
}

/** Bars on a logarithmic scale; answers the drawing's path. */
export function plotBars(name: string, title: string, unit: string, bars: Bar[]): string {
  const [left, rowHeight, thickness] = [330, 54, 16];
  const scale = newLogScale(1, Math.max(...bars.map(({ ours, limit, bar = 0 }) => 1 + Math.max(ours, limit, bar))), left, width - 90);
  const drawn = bars.map(({ what, ours, limit, bar }, n) => {
    const y = 40 + n * rowHeight;
    const one = (value: number, top: number, color: string) =>
      `<rect x="${left}" y="${top}" width="${scale(1 + value) - left}" height="${thickness}" fill="${color}"/>${text(scale(1 + value) + 6, top + 12, `${shown(value)} ${unit}`)}`;
    const mark = bar === undefined ? '' : line([[scale(1 + bar), y - 2], [scale(1 + bar), y + thickness + 2]], BAR);
    return text(left - 10, y + 22, what, 'end') + one(ours, y, OURS) + one(limit, y + thickness + 3, LIMIT) + mark;
  });
  return write(name, 40 + bars.length * rowHeight, `${title}, logarithmic: apiserver (blue), bare Express (grey), bar (red)`, drawn);
}

interface Point {
  size: number;
  ours: number;
  limit: number;
}

/** What each object costs in a list of so many; a list that costs what its objects cost draws a level line. */
export function plotSizes(name: string, title: string, unit: string, points: Point[]): string {
  const [left, right, top, bottom] = [70, width - 40, 60, 300];
  const sizes = points.map(({ size }) => size);
  const x = newLogScale(Math.min(...sizes), Math.max(...sizes), left, right - 60);
  const most = Math.max(...points.flatMap(({ ours, limit }) => [ours, limit]));
  const y = (value: number) => Math.round(bottom - (value / most) * (bottom - top));
  const curve = (value: (point: Point) => number, color: string) =>
    line(points.map((point) => [x(point.size), y(value(point))]), color) + points.map((point) => text(x(point.size) + 4, y(value(point)) - 6, `${shown(value(point))} ${unit}`)).join('');
  const axis = line([[left, top], [left, bottom], [right, bottom]], 'black') + points.map(({ size }) => text(x(size), bottom + 20, size.toLocaleString('en'), 'middle')).join('');
  return write(name, bottom + 40, `${title}: apiserver (blue), bare Express (grey)`, [axis, curve(({ ours }) => ours, OURS), curve(({ limit }) => limit, LIMIT)]);
}

function newLogScale(from: number, to: number, left: number, right: number): (value: number) => number {
  return (value) => Math.round(left + (Math.log(value / from) / Math.log(to / from)) * (right - left));
}

function text(x: number, y: number, content: string, anchor = 'start'): string {
  return `<text x="${x}" y="${y}" text-anchor="${anchor}">${content}</text>`;
}

function line(points: [number, number][], color: string): string {
  return `<polyline points="${points.map((point) => point.join(',')).join(' ')}" fill="none" stroke="${color}" stroke-width="2"/>`;
}

function write(name: string, height: number, title: string, drawn: string[]): string {
  mkdirSync(out, { recursive: true });
  const file = `${out}${name}.svg`;
  const head = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" font-family="sans-serif" font-size="13"><rect width="100%" height="100%" fill="white"/>`;
  writeFileSync(file, `${head}${text(10, 22, title)}${drawn.join('')}</svg>\n`);
  return relative(process.cwd(), file);
}
