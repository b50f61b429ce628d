/**
 * Comma-separated values as Go reads them: quoted fields may hold commas, quotes and line breaks, empty lines count for
 * nothing, rows may differ in length.
 *
 * Upstream: Go's encoding/csv with FieldsPerRecord -1. Leaves out the column number in its errors.
 */
export function parseCSV(text: string): string[][] {
  const records: string[][] = [];
  const source = text.replaceAll('\r\n', '\n');
  let record: string[] = [];
  let at = 0;
  const line = () => source.slice(0, at).split('\n').length;
  while (at < source.length) {
    if (record.length === 0 && source[at] === '\n') {
      at++;
      continue;
    }
    const { field, end } = source[at] === '"' ? quotedField(source, at, line) : bareField(source, at, line);
    record.push(field);
    at = end + 1;
    if (source[end] === ',' && end + 1 < source.length) continue;
    if (source[end] === ',') record.push('');
    records.push(record);
    record = [];
  }
  return records;
}

interface Field {
  field: string;
  /** Where its comma, its line break or the end of the text stands. */
  end: number;
}

function bareField(source: string, start: number, line: () => number): Field {
  let end = start;
  while (end < source.length && source[end] !== ',' && source[end] !== '\n') {
    if (source[end] === '"') throw new Error(`parse error on line ${line()}: bare " in non-quoted field`);
    end++;
  }
  return { field: source.slice(start, end), end };
}

function quotedField(source: string, start: number, line: () => number): Field {
  let field = '';
  for (let at = start + 1; at < source.length; at++) {
    if (source[at] !== '"') {
      field += source[at];
    } else if (source[at + 1] === '"') {
      field += '"';
      at++;
    } else {
      const next = source[at + 1];
      if (next !== undefined && next !== ',' && next !== '\n') break;
      return { field, end: at + 1 };
    }
  }
  throw new Error(`parse error on line ${line()}: extraneous or missing " in quoted-field`);
}
