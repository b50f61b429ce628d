/** A table as Markdown has it; the first column is text, the others are numbers. */
export function table(head: string[], rows: (string | number | undefined)[][]): string {
  const line = (cells: string[]) => `| ${cells.join(' | ')} |`;
  const cell = (value: string | number | undefined) => (typeof value === 'number' ? shown(value) : (value ?? ''));
  return [line(head), `|---${'|--:'.repeat(head.length - 1)}|`, ...rows.map((cells) => line(cells.map(cell)))].join('\n');
}

export function shown(value: number): string {
  return value < 10 ? value.toFixed(1) : Math.round(value).toLocaleString('en');
}
