/** `iconv-lite` for what browsers decode themselves. */
export function encodingExists(encoding: string): boolean {
  try {
    return new TextDecoder(encoding) instanceof TextDecoder;
  } catch {
    return false;
  }
}

export function getDecoder(encoding: string): { write(bytes: Uint8Array): string; end(): string } {
  // body-parser knows an unknown encoding by this text.
  if (!encodingExists(encoding)) throw new Error(`Encoding not recognized: '${encoding}'`);
  const decoder = new TextDecoder(encoding);
  return { write: (bytes) => decoder.decode(bytes, { stream: true }), end: () => decoder.decode() };
}

export function decode(bytes: Uint8Array, encoding: string): string {
  const decoder = getDecoder(encoding);
  return decoder.write(bytes) + decoder.end();
}
