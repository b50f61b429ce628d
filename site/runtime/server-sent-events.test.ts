import { expect, test } from 'vitest';
import { serverSentEvents } from './server-sent-events.ts';

const bytes = (text: string) => new TextEncoder().encode(text);

/** The events of a body that arrives in these pieces. */
async function read(chunks: Uint8Array[]): Promise<string[]> {
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      for (const chunk of chunks) controller.enqueue(chunk);
      controller.close();
    },
  });
  const events: string[] = [];
  for await (const event of serverSentEvents(body)) events.push(event);
  return events;
}

test.each([
  { what: 'one event', chunks: ['data: a\n\n'], events: ['a'] },
  { what: 'comments and other fields', chunks: [': alive\n\nevent: x\nid: 1\ndata:a\n\n'], events: ['a'] },
  { what: 'several lines of data', chunks: ['data: a\ndata: b\n\n'], events: ['a\nb'] },
  { what: 'an event in pieces', chunks: ['da', 'ta: a', '\n', '\ndata: b\n', '\n'], events: ['a', 'b'] },
  { what: 'other line ends, cut in two', chunks: ['data: a\r', '\n\r\ndata: b\r\r', 'data: c\n\n'], events: ['a', 'b', 'c'] },
  { what: 'an event that was cut off', chunks: ['data: a\n\ndata: b\n'], events: ['a'] },
])('reads $what', async ({ chunks, events }) => {
  expect(await read(chunks.map(bytes))).toEqual(events);
});

test('reads a character whose bytes come apart', async () => {
  const all = bytes('data: ü\n\n');
  expect(await read([all.slice(0, 7), all.slice(7)])).toEqual(['ü']);
});

test('hangs up when its reader leaves', async () => {
  let cancelled = false;
  const endless = new ReadableStream<Uint8Array>({ pull: (c) => c.enqueue(bytes('data: a\n\n')), cancel: () => void (cancelled = true) });
  for await (const event of serverSentEvents(endless)) if (event === 'a') break;
  expect(cancelled).toBe(true);
});
