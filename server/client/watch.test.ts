import { describe, expect, test } from 'vitest';
import { newStreamWatcher } from './watch.ts';

const event = (name: string) => JSON.stringify({ type: 'ADDED', object: { kind: 'Pod', metadata: { name } } });

function bodyOf(chunks: readonly (string | Uint8Array | Error)[]): ReadableStream<Uint8Array> {
  const left = [...chunks];
  return new ReadableStream({
    pull(controller) {
      const chunk = left.shift();
      if (chunk === undefined) controller.close();
      else if (chunk instanceof Error) controller.error(chunk);
      else controller.enqueue(typeof chunk === 'string' ? new TextEncoder().encode(chunk) : chunk);
    },
  });
}

async function read(chunks: readonly (string | Uint8Array | Error)[]): Promise<string[]> {
  const watch = newStreamWatcher(bodyOf(chunks));
  const seen: string[] = [];
  for (let next = await watch.next(); next; next = await watch.next()) seen.push(next.type === 'ERROR' ? 'ERROR' : `${next.type} ${next.object.metadata.name}`);
  return seen;
}

describe('the events of a watch', () => {
  const lines = `${event('a')}\n${event('ü')}\n${event('c')}\n`;
  const bytes = new TextEncoder().encode(lines);

  test.each([1, 2, 7, 64, 1000])('are the same in chunks of %i bytes', async (size) => {
    const chunks = Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) => bytes.slice(i * size, (i + 1) * size));
    expect(await read(chunks)).toEqual(['ADDED a', 'ADDED ü', 'ADDED c']);
  });

  test.each([
    ['nothing', [], []],
    ['half an event', [`${event('a')}\n${event('b').slice(0, 20)}`], ['ADDED a']],
    ['a connection that breaks', [`${event('a')}\n`, new Error('reset')], ['ADDED a']],
    ['bytes that are no JSON', [`${event('a')}\n\u0000\u0001garbage\n${event('b')}\n`], ['ADDED a', 'ERROR']],
    ['JSON that is no event', ['{"type":"ADDED"}\n'], ['ERROR']],
    ['an event of an unknown type', ['{"type":"MOVED","object":{"metadata":{}}}\n'], ['ERROR']],
    ['an object without metadata', ['{"type":"ADDED","object":{}}\n'], ['ERROR']],
  ])('end after %s', async (_what, chunks, expected) => {
    expect(await read(chunks)).toEqual(expected);
  });

  test('end when they are told to', async () => {
    const watch = newStreamWatcher(new ReadableStream());
    const next = watch.next();
    watch.stop();
    expect(await next).toBeUndefined();
  });

  test('that cannot be read say why, as an internal error', async () => {
    const watch = newStreamWatcher(bodyOf(['no\n']));
    expect(await watch.next()).toMatchObject({ type: 'ERROR', object: { kind: 'Status', code: 500, reason: 'InternalError', details: { causes: [{ reason: 'ClientWatchDecoding' }] } } });
  });
});
