import { createServer } from 'node:http';
import { expect, test } from 'vitest';
import { testServer } from './testing.ts';
import { withWarningRecorder } from './with-warning-recorder.ts';

const serve = testServer(createServer);

/** The Warning headers, as the client gets them, of a handler that warns of these texts. */
function warningsOf(...texts: string[]): Promise<string | null> {
  return serve({ filters: [withWarningRecorder()], handler: (req, res) => {
    for (const text of texts) req.ctx.warnings.add(text);
    res.end();
  } }, async (send) => {
    const header = (await send('/')).headers.get('Warning');
    return header === null ? null : new TextDecoder().decode(Uint8Array.from(header, (c) => c.charCodeAt(0)));
  });
}

test.each([
  [[], null],
  [['old API'], '299 - "old API"'],
  [['a', 'b', 'a', ''], '299 - "a", 299 - "b"'],
  [['say "no" \\'], '299 - "say \\"no\\" \\\\"'],
  [['größer'], '299 - "größer"'],
  [['two\nlines', 'one'], '299 - "one"'],
])('warns of %j', async (texts, header) => {
  expect(await warningsOf(...texts)).toBe(header);
});

test('cuts all warnings where together they are too long', async () => {
  const texts = ['a', 'b', 'c'].map((c) => c.repeat(2000));
  expect(await warningsOf(...texts)).toBe(['a', 'b', 'c'].map((c) => `299 - "${c.repeat(256)}"`).join(', '));
});
