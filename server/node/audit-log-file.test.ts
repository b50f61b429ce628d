import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterEach, expect, test } from 'vitest';
import { openLogFile } from './audit-log-file.ts';
import type { LogFileOptions } from './audit-log-file.ts';

const DAY = 86_400_000;
const dirs: string[] = [];
afterEach(() => dirs.splice(0).forEach((dir) => rmSync(dir, { recursive: true, force: true })));

function newDir(): string {
  const dir = mkdtempSync(join(tmpdir(), 'audit-log-'));
  dirs.push(dir);
  return dir;
}

function setUp(options: Partial<LogFileOptions> = {}) {
  const dir = newDir();
  const path = join(dir, 'audit.log');
  const time = { now: Date.UTC(2026, 0, 2, 3, 4, 5, 6) };
  const file = openLogFile({ path, maxSize: 20, maxBackups: 0, maxAge: 0, compress: false, ...options }, { now: () => time.now });
  const backups = () => readdirSync(dir).filter((name) => name !== 'audit.log').sort();
  return { dir, path, time, file, backups, text: () => readFileSync(path, 'utf8') };
}

const backup = (day: number, packed = '') => `audit-2026-01-0${day}T03-04-05.006.log${packed}`;

test('makes the file, and its folder, for nobody else to read, and goes on where it ends', async () => {
  const path = join(newDir(), 'a/b/audit.log');
  for (const line of ['one\n', 'two\n']) {
    const file = openLogFile({ path, maxSize: 0, maxBackups: 0, maxAge: 0, compress: false }, { now: Date.now });
    file.write(line);
    await file.close();
  }
  expect(readFileSync(path, 'utf8')).toBe('one\ntwo\n');
  expect([statSync(path).mode & 0o777, statSync(join(path, '..')).mode & 0o777]).toEqual([0o600, 0o700]);
});

test('begins a new file when a line would make it too large, and keeps the old one by its time', async () => {
  const { file, backups, dir, text } = setUp();
  for (const line of ['0123456789\n', '01234567\n', 'next\n']) file.write(line);
  await file.close();
  expect(backups()).toEqual([backup(2)]);
  expect(readFileSync(join(dir, backup(2)), 'utf8')).toBe('0123456789\n01234567\n');
  expect(text()).toBe('next\n');
});

test('without a size there is one file', async () => {
  const { file, backups, text } = setUp({ maxSize: 0 });
  for (let i = 0; i < 100; i++) file.write('0123456789\n');
  await file.close();
  expect(backups()).toEqual([]);
  expect(text()).toHaveLength(1100);
});

test('refuses a line that is larger than a file may be', async () => {
  const { file, text } = setUp();
  expect(() => file.write('x'.repeat(21))).toThrow('write length 21 exceeds maximum file size 20');
  file.write('ok\n');
  await file.close();
  expect(text()).toBe('ok\n');
});

test('goes on when its file has been taken away', async () => {
  const { file, path, text } = setUp();
  file.write('0123456789\n');
  rmSync(path);
  file.write('01234567890\n');
  await file.close();
  expect(text()).toBe('01234567890\n');
});

test('writes nothing once it is closed', async () => {
  const { file } = setUp();
  await file.close();
  expect(() => file.write('x')).toThrow('file already closed');
});

test('keeps so many old files, packed or not, and for so many days', async () => {
  const { file, dir, time, backups } = setUp({ maxBackups: 3 });
  for (const day of [3, 4, 5, 6]) {
    writeFileSync(join(dir, backup(day - 2, '.gz')), '');
    time.now += DAY;
    file.write('0123456789012345\n');
  }
  writeFileSync(join(dir, 'audit-x.log'), 'not ours');
  await file.close();
  expect(backups()).toEqual([backup(4, '.gz'), backup(4), backup(5), backup(6), 'audit-x.log'].sort());

  const aged = openLogFile({ path: join(dir, 'audit.log'), maxSize: 20, maxBackups: 0, maxAge: 1, compress: false }, { now: () => time.now });
  await aged.close();
  expect(backups()).toEqual([backup(5), backup(6), 'audit-x.log']);
});

test('packs old files where it is told to', async () => {
  const { file, dir, backups } = setUp({ compress: true });
  file.write('0123456789012345\n');
  file.write('0123456789\n');
  await file.close();
  expect(backups()).toEqual([backup(2, '.gz')]);
  expect(gunzipSync(readFileSync(join(dir, backup(2, '.gz')))).toString()).toBe('0123456789012345\n');
  expect(existsSync(join(dir, 'audit.log'))).toBe(true);
});
