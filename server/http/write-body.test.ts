import { createServer } from 'node:http';
import type { Response } from 'express';
import { expect, test } from 'vitest';
import { testServer } from '../filters/testing.ts';
import { lengthOf, writeBody } from './write-body.ts';

const serve = testServer(createServer);
const part = (text: string) => new TextEncoder().encode(text);
const large = part('x'.repeat(700_000));

test.each([
  ['nothing', []],
  ['one part', [part('one')]],
  ['small parts', [part('{"items":['), part('1'), part(']}')]],
  ['several pieces', [part('['), large, large, large, part(']')]],
  ['a large last part', [part('['), large, large]],
])('a client has all of an answer only when its end has been written: %s', async (_what, parts) => {
  const told: string[] = [];
  function answer(res: Response): void {
    const end: Response['end'] = res.end.bind(res);
    res.end = ((...args: Parameters<Response['end']>) => {
      setTimeout(() => {
        told.push('ends');
        end(...args);
      }, 50);
      return res;
    }) as Response['end'];
    res.setHeader('Content-Length', lengthOf(parts));
    void writeBody(res, parts);
  }
  await serve({ filters: [], handler: (_req, res) => answer(res) }, async (send) => {
    const { text } = await send('/');
    told.push('all is there');
    expect(text).toBe(parts.map((bytes) => new TextDecoder().decode(bytes)).join(''));
  });
  expect(told).toEqual(['ends', 'all is there']);
});
