/** `node:querystring` and `qs`, of which Express' query parsers use `parse`. A name that comes twice has a list; a URL without a query has null. */
export function parse(text: string | null | undefined): Record<string, string | string[]> {
  // No prototype: a name may be `__proto__`.
  const result = Object.setPrototypeOf({}, null) as Record<string, string | string[]>;
  for (const pair of (text ?? '').split('&')) {
    if (pair === '') continue;
    const at = pair.indexOf('=');
    const name = decode(at < 0 ? pair : pair.slice(0, at));
    const value = decode(at < 0 ? '' : pair.slice(at + 1));
    const before = result[name];
    result[name] = before === undefined ? value : [before, value].flat();
  }
  return result;
}

/** What is no UTF-8, or a stray percent sign, stays as it is. */
function decode(text: string): string {
  return text.replaceAll('+', ' ').replace(/(?:%[0-9a-f]{2})+/gi, (escaped) => {
    try {
      return decodeURIComponent(escaped);
    } catch {
      return escaped;
    }
  });
}
