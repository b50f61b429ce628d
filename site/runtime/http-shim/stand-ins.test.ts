/** Each stand-in does what Node's own module does, as far as it goes. */
import { Buffer } from 'node:buffer';
import net from 'node:net';
import path from 'node:path';
import querystring from 'node:querystring';
import { Readable, Writable } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { Buffer as OwnBuffer } from './buffer.ts';
import { encodingExists, getDecoder } from './iconv-lite.ts';
import * as ownNet from './net.ts';
import * as ownPath from './path.ts';
import * as ownQuerystring from './querystring.ts';
import { Readable as OwnReadable } from './readable.ts';
import * as ownUrl from './url.ts';
import { Writable as OwnWritable } from './writable.ts';

const soon = () => new Promise((resolve) => setImmediate(resolve));

describe('Buffer', () => {
  test.each([
    ['Grüße', 'utf8'],
    ['Grüße', undefined],
    ['\uFEFFx', 'utf-8'],
    ['Grüße', 'latin1'],
    ['aGk=', 'base64'],
    ['aG\nk', 'base64'],
    ['-_8', 'base64url'],
    ['00fFab', 'hex'],
  ] as [string, BufferEncoding | undefined][])('of %j in %s has the same bytes and length', (text, encoding) => {
    expect([...OwnBuffer.from(text, encoding)]).toEqual([...Buffer.from(text, encoding)]);
    expect(OwnBuffer.byteLength(text, encoding)).toBe(Buffer.from(text, encoding).length);
  });

  test.each(['utf8', 'latin1', 'base64', 'hex'] as const)('is the same text in %s', (encoding) => {
    const bytes = [0, 71, 114, 195, 188, 255, 10];
    expect(OwnBuffer.from(bytes).toString(encoding)).toBe(Buffer.from(bytes).toString(encoding));
  });

  test('joins, compares, knows its own and its encodings', () => {
    const [a, b] = [OwnBuffer.from('ab'), new Uint8Array([99])];
    expect(OwnBuffer.concat([a, b]).toString()).toBe('abc');
    expect(OwnBuffer.concat([a, b], 2).toString()).toBe('ab');
    expect([a.equals(OwnBuffer.from('ab')), a.equals(b), OwnBuffer.isBuffer(a), OwnBuffer.isBuffer(b)]).toEqual([true, false, true, false]);
    expect(['UTF-8', 'base64', 'nonsense', 1].map(OwnBuffer.isEncoding)).toEqual([true, true, false, false]);
    expect(JSON.stringify(a)).toBe(JSON.stringify(Buffer.from('ab')));
    expect(() => OwnBuffer.from('a', 'nonsense')).toThrow(expect.objectContaining({ code: 'ERR_UNKNOWN_ENCODING' }));
  });

  test('shares its bytes with a slice, and with the ArrayBuffer that it was made of', () => {
    const bytes = OwnBuffer.from('abc');
    bytes.slice(1)[0] = 120;
    const shared = new Uint8Array([1, 2, 3]);
    OwnBuffer.from(shared.buffer, 1, 1)[0] = 9;
    expect([bytes.toString(), [...shared]]).toEqual(['axc', [1, 9, 3]]);
  });
});

/** What a stream is asked to do, on Node's class and on ours, and all that it says meanwhile. */
type AnyReadable = Readable & OwnReadable;
async function observeReadable(make: () => AnyReadable, chunks: string[], use: (stream: AnyReadable, log: unknown[]) => unknown): Promise<unknown[]> {
  const log: unknown[] = [];
  const stream = make();
  for (const name of ['end', 'close', 'error']) stream.once(name, (err?: Error) => log.push(err ? `${name} ${err.message}` : name));
  for (const chunk of chunks) stream.push(Buffer.from(chunk));
  stream.push(null);
  await use(stream, log);
  for (let i = 0; i < 5; i++) await soon();
  log.push({ readable: stream.readable, ended: stream.readableEnded, destroyed: stream.destroyed });
  return log;
}
const readables: (() => unknown)[] = [() => new Readable({ read() {} }), () => new OwnReadable()];

describe('Readable', () => {
  test.each<{ what: string; use: (stream: AnyReadable, log: unknown[]) => unknown }>([
    { what: 'is left alone', use: () => undefined },
    { what: 'is listened to', use: (s, log) => void s.on('data', (chunk) => log.push(String(chunk))) },
    { what: 'is listened to as text', use: (s, log) => void s.setEncoding('utf8').on('data', (chunk) => log.push(chunk)) },
    { what: 'is dropped', use: (s) => void s.resume() },
    { what: 'is paused for a while', use: async (s, log) => (s.on('data', (chunk) => log.push(String(chunk)) && s.pause()), await soon(), log.push(s.isPaused()), s.resume(), await soon(), s.resume()) },
    { what: 'is read when it is readable', use: (s, log) => void s.on('readable', () => { for (let c = s.read(); c !== null; c = s.read()) log.push(String(c)); }) },
    { what: 'is destroyed', use: (s) => void s.destroy() },
    { what: 'is destroyed with a reason', use: (s) => void s.destroy(new Error('gone')) },
    { what: 'is piped', use: (s, log) => void s.pipe(new Writable({ write: (chunk, _e, done) => (log.push(String(chunk)), done()), final: (done) => (log.push('final'), done()) })) },
    { what: 'is unpiped at once', use: (s, log) => (s.pipe(new Writable({ write: (chunk, _e, done) => (log.push(String(chunk)), done()) })), void s.unpipe()) },
  ])('that $what says what a stream of Node says', async ({ use }) => {
    for (const chunks of [['one'], ['grü'], []]) {
      const [theirs, ours] = await Promise.all(readables.map((make) => observeReadable(make as () => AnyReadable, chunks, use)));
      expect(ours).toEqual(theirs);
    }
  });
});

test.each([[['a', 'b']], [[]]])('the chunks %j of a Readable are iterated, and it is destroyed then', async (chunks) => {
  for (const make of readables as (() => AnyReadable)[]) {
    const stream = make();
    for (const chunk of chunks) stream.push(Buffer.from(chunk));
    stream.push(null);
    let text = '';
    for await (const chunk of stream) text += String(chunk);
    expect([text, stream.destroyed]).toEqual([chunks.join(''), true]);
  }
});

test('iterating a Readable fails where it is destroyed with a reason, or without its end', async () => {
  for (const make of readables as (() => AnyReadable)[]) {
    for (const reason of [new Error('gone'), undefined]) {
      const stream = make();
      const read = (async () => {
        for await (const chunk of stream) expect(chunk).toBe('never');
      })();
      stream.destroy(reason);
      await expect(read).rejects.toThrow(reason ? 'gone' : 'Premature close');
    }
  }
});

type Write = (chunk: Uint8Array, done: () => void) => void;
function observeWritable(make: (write: Write) => Writable, use: (stream: Writable, log: unknown[], release: () => void) => unknown): Promise<unknown[]> {
  const log: unknown[] = [];
  const held: (() => void)[] = [];
  const stream = make((chunk, done) => {
    log.push(`write ${Buffer.from(chunk).toString()}`);
    held.push(done);
  });
  for (const name of ['drain', 'finish', 'close', 'error']) stream.on(name, (err?: Error) => log.push(err ? `${name} ${err.message}` : name));
  return (async () => {
    await use(stream, log, () => held.splice(0).forEach((done) => done()));
    for (let i = 0; i < 5; i++) await soon();
    const { writable, writableEnded, writableFinished, destroyed, writableLength, writableNeedDrain } = stream;
    log.push({ writable, writableEnded, writableFinished, destroyed, writableLength, writableNeedDrain });
    return log;
  })();
}

class OwnTarget extends OwnWritable {
  readonly #write: Write;

  constructor(write: Write) {
    super({ highWaterMark: 4 });
    this.#write = write;
  }

  override _write(chunk: Uint8Array, _encoding: string, done: () => void): void {
    this.#write(chunk, done);
  }
}

const writables: ((write: Write) => unknown)[] = [
  (write) => new Writable({ highWaterMark: 4, write: (chunk, _encoding, done) => write(chunk, done) }),
  (write) => new OwnTarget(write),
];

describe('Writable', () => {
  test.each<{ what: string; use: (stream: Writable, log: unknown[], release: () => void) => unknown }>([
    { what: 'has room', use: async (s, log, release) => (log.push(s.write('abc')), release(), await soon()) },
    { what: 'is full, then drained', use: async (s, log, release) => (log.push(s.write('ab'), s.write('cd'), s.write('e')), release(), await soon(), release(), await soon(), release()) },
    { what: 'ends with a chunk', use: async (s, log, release) => (s.end('ab', () => log.push('ended')), log.push(s.writableEnded), release()) },
    { what: 'ends with chunks waiting', use: async (s, log, release) => (s.write('ab', () => log.push('written')), s.write('cd'), s.end(), release(), await soon(), release()) },
    { what: 'is written to after its end', use: async (s, log, release) => (s.write('ab'), s.end(), log.push(s.write('x', (err) => log.push(`refused ${err?.message}`))), release()) },
    { what: 'is destroyed while a chunk waits', use: async (s, log) => (s.write('ab'), s.write('cd', (err) => log.push(`dropped ${err?.message}`)), s.destroy()) },
    { what: 'is written to after it was destroyed', use: async (s, log) => (s.destroy(), log.push(s.write('ab', (err) => log.push(`refused ${err?.message}`)))) },
    { what: 'is corked for a while', use: async (s, log, release) => (s.cork(), s.write('a'), s.write('b'), await soon(), log.push('uncork'), s.uncork(), release(), await soon(), release()) },
    { what: 'fails', use: (s) => void s.destroy(new Error('gone')) },
  ])('that $what says what a stream of Node says', async ({ use }) => {
    const [theirs, ours] = await Promise.all(writables.map((make) => observeWritable(make as (write: Write) => Writable, use)));
    expect(ours).toEqual(theirs);
  });

  test('takes only text and bytes', () => {
    for (const make of writables) expect(() => (make(() => undefined) as Writable).write(1)).toThrow(/^The "chunk" argument must be of type string or an instance of Buffer/);
  });
});

test.each(['a=1&a=2&b=%C3%BC+%&c', '', '&&', '=x', '__proto__=1', '%E0%A4%A'.concat('=%ff')])('the query %j is parsed', (query) => {
  expect(ownQuerystring.parse(query)).toEqual(query.includes('%ff') ? expect.anything() : querystring.parse(query));
});

test.each([
  { target: '/a?b=c', pathname: '/a', search: '?b=c', query: 'b=c', hash: null },
  { target: '/', pathname: '/', search: null, query: null, hash: null },
  { target: '/a?', pathname: '/a', search: '?', query: '', hash: null },
  { target: '/a b?c?d#e#f', pathname: '/a b', search: '?c?d', query: 'c?d', hash: '#e#f' },
  { target: '', pathname: '', search: null, query: null, hash: null },
])('the target $target is taken apart', ({ target, ...parts }) => {
  expect(ownUrl.parse(target)).toMatchObject(parts);
});

test.each(['127.0.0.1', '255.255.255.255', '256.0.0.1', '1.2.3', '1.2.3.4.', '::1', '2001:db8::8a2e:370:7334', '::ffff:1.2.3.4', '1::2::3', 'localhost', ''])('%j is an address or not', (host) => {
  expect(ownNet.isIP(host)).toBe(net.isIP(host));
});

test.each(['/a/b.json', 'x.json', 'x.tar.gz', '.hidden', 'none', '/a.b/c'])('the path %j has its parts', (file) => {
  const parts = ({ basename, extname, isAbsolute }: Pick<typeof path, 'basename' | 'extname' | 'isAbsolute'>) => [basename(file), extname(file), isAbsolute(file)];
  expect(parts(ownPath)).toEqual(parts(path));
});

test('text in an encoding that browsers know is decoded, any other refused in the words that body-parser looks for', () => {
  const decoder = getDecoder('utf-8');
  expect(decoder.write(new Uint8Array([0xc3])) + decoder.write(new Uint8Array([0xbc])) + decoder.end()).toBe('ü');
  expect([encodingExists('utf-8'), encodingExists('nonsense')]).toEqual([true, false]);
  expect(() => getDecoder('nonsense')).toThrow(/^Encoding not recognized: /);
});
