/**
 * Upstream: strings.TrimRight, for one character. A pattern such as `/x+$/` takes the square of the time where what it
 * takes off stands in the middle of a long text, too.
 */
export function trimRight(text: string, char: string): string {
  let end = text.length;
  while (end > 0 && text[end - 1] === char) end--;
  return text.slice(0, end);
}
