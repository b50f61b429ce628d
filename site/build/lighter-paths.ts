/**
 * Mermaid draws round shapes as some hundred curves, each of them a straight line, each drawn twice, with sixteen digits
 * a number. The same lines, drawn once and with one digit, are a tenth of it.
 */
type Point = readonly [number, number];
type Line = readonly [from: Point, to: Point];

/** Of a user unit, which is about a pixel. */
const digits = 1;
/** A number that was computed. An icon's are short, and may stand together without a space: `1.5.25-.1`. */
const computed = /-?\d+\.\d{4,}/g;

export function lighterPaths(svg: string): string {
  return svg.replaceAll(/ d="([^"]*)"/g, (_all, d: string) => ` d="${lighter(d)}"`);
}

function lighter(d: string): string {
  const lines = straightLines(d);
  return lines ? chained(lines) : d.replaceAll(computed, rounded);
}

/** Undefined where something else than straight curves is drawn. */
function straightLines(d: string): Line[] | undefined {
  const lines: Line[] = [];
  let at: Point = [0, 0];
  for (const [, command = '', rest = ''] of d.trim().matchAll(/([A-Za-z])([^A-Za-z]*)/g)) {
    const [a, b, c, extra] = points(rest);
    if (command === 'M' && a && !b) at = a;
    else if (command === 'C' && a && b && c && !extra && isOnLine(a, at, c) && isOnLine(b, at, c)) {
      lines.push([at, c]);
      at = c;
    } else return undefined;
  }
  return lines;
}

function points(text: string): Point[] {
  const numbers = text.match(/-?[\d.]+(?:e-?\d+)?/g)?.map(Number) ?? [];
  return numbers.flatMap((x, i): Point[] => (i % 2 === 0 ? [[x, numbers[i + 1] ?? 0]] : []));
}

function isOnLine([x, y]: Point, [fromX, fromY]: Point, [toX, toY]: Point): boolean {
  const length = Math.hypot(toX - fromX, toY - fromY);
  if (length < 0.01) return Math.hypot(x - fromX, y - fromY) < 0.01;
  return Math.abs((toX - fromX) * (fromY - y) - (fromX - x) * (toY - fromY)) / length < 0.01;
}

/** Each line once, one after the other without lifting the pen where it can stay. */
function chained(lines: readonly Line[]): string {
  const drawn = new Set<string>();
  let pen = '';
  let path = '';
  for (const [from, to] of lines) {
    const [start, end] = [from, to].map((point) => point.map((n) => rounded(String(n))).join(' '));
    if (start === end || drawn.has(`${start} ${end}`)) continue;
    drawn.add(`${start} ${end}`);
    path += start === pen ? `L${end}` : `M${start}L${end}`;
    pen = end!;
  }
  return path;
}

function rounded(number: string): string {
  return String(Number(Number(number).toFixed(digits)));
}
