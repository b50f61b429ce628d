/**
 * The Accept header, its clauses in the order in which they are tried.
 *
 * Upstream: github.com/munnerz/goautoneg. Of clauses with equal weight, those without `*` go first, and otherwise the
 * header's order holds; upstream's sort promises none.
 */
export interface Accept {
  type: string;
  subType: string;
  q: number;
  params: Map<string, string>;
}

export function parseAccept(header: string): Accept[] {
  return header.split(',').flatMap(parseClause).sort(before);
}

function parseClause(text: string): Accept[] {
  const [range = '', ...rest] = text.split(';');
  const [type = '', subType = type.trim() === '*' ? '*' : '', more] = range.split('/').map((part) => part.trim());
  if (subType === '' || more !== undefined) return [];
  const clause: Accept = { type, subType, q: 1, params: new Map() };
  for (const param of rest) {
    const [token = '', value = '', extra] = param.split('=').map((part) => part.trim());
    if (value === '' || extra !== undefined) continue;
    if (token === 'q') clause.q = Number(value) || 0;
    else clause.params.set(token, value);
  }
  return [clause];
}

const wildcards = ({ type, subType }: Accept) => (type === '*' ? 2 : subType === '*' ? 1 : 0);

function before(a: Accept, b: Accept): number {
  return b.q - a.q || wildcards(a) - wildcards(b);
}
