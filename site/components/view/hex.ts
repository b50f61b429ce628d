/** Bytes as a hex dump: offset, sixteen bytes, and what of them is readable. */
export function hexDump(bytes: Uint8Array, limit = 512): string {
  const rows: string[] = [];
  for (let at = 0; at < Math.min(bytes.length, limit); at += 16) {
    const row = bytes.subarray(at, Math.min(at + 16, limit));
    rows.push(`${at.toString(16).padStart(4, '0')}  ${hexBytes(row).padEnd(47)}  ${readable(row)}`);
  }
  if (bytes.length > limit) rows.push(`… ${bytes.length - limit} more bytes`);
  return rows.join('\n');
}

export function hexBytes(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join(' ');
}

/** A dot for each byte that is no letter. */
export function readable(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '·')).join('');
}

export function fromBase64(text: string): Uint8Array {
  return Uint8Array.from(atob(text), (char) => char.charCodeAt(0));
}
