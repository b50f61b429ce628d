/**
 * A log file that a new one takes the place of when it is full; the old ones are kept for a time, packed if wanted.
 *
 * Upstream: gopkg.in/natefinch/lumberjack.v2, and ensureLogFile and getWriter of
 * k8s.io/apiserver/pkg/server/options/audit.go. Leaves out giving the new file to the old one's owner.
 */
import { closeSync, createReadStream, createWriteStream, existsSync, fstatSync, mkdirSync, openSync, readdirSync, renameSync, rmSync, writeSync } from 'node:fs';
import { dirname, join, parse } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import type { Writer } from '../audit/log.ts';
import type { Clock } from '../http/context.ts';

export interface LogFileOptions {
  path: string;
  /** Bytes; 0 for any size. */
  maxSize: number;
  /** Old files; 0 for any number. */
  maxBackups: number;
  /** Days; 0 for any time. */
  maxAge: number;
  compress: boolean;
}

const DAY = 24 * 60 * 60 * 1000;
const PACKED = '.gz';

/** Throws where the file cannot be had. */
export function openLogFile(options: LogFileOptions, clock: Clock): Writer {
  const { path, maxSize } = options;
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  let file: number | undefined = openSync(path, 'a', 0o600);
  const { mode, size: found } = fstatSync(file);
  let size = found;
  /** Old files are looked after one time after the other. */
  let milling = Promise.resolve();
  const mill = () => (milling = milling.then(() => millOnce(options, clock)).catch(() => undefined));
  if (maxSize > 0) void mill();

  function rotate(full: number): number {
    if (existsSync(path)) renameSync(path, backupName(path, clock.now()));
    file = openSync(path, 'a', mode & 0o777);
    closeSync(full);
    size = 0;
    void mill();
    return file;
  }

  return {
    write(line) {
      if (file === undefined) throw new Error('file already closed');
      const bytes = Buffer.from(line);
      if (maxSize > 0 && bytes.length > maxSize) throw new Error(`write length ${bytes.length} exceeds maximum file size ${maxSize}`);
      const full = maxSize > 0 && size + bytes.length > maxSize;
      const to = full ? rotate(file) : file;
      for (let written = 0; written < bytes.length; ) written += writeSync(to, bytes, written);
      size += bytes.length;
    },
    async close() {
      await milling;
      if (file !== undefined) closeSync(file);
      file = undefined;
    },
  };
}

/** `audit.log` becomes `audit-2026-01-02T03-04-05.006.log`. */
function backupName(path: string, now: number): string {
  const { dir, name, ext } = parse(path);
  return join(dir, `${name}-${new Date(now).toISOString().slice(0, -1).replaceAll(':', '-')}${ext}`);
}

interface Backup {
  name: string;
  time: number;
}

async function millOnce({ path, maxBackups, maxAge, compress }: LogFileOptions, clock: Clock): Promise<void> {
  const { dir } = parse(path);
  const all = backups(path);
  // a file and its packed form are one
  const kept = new Set([...new Set(all.map(({ name }) => unpacked(name)))].slice(0, maxBackups || undefined));
  const stays = ({ name, time }: Backup) => kept.has(unpacked(name)) && (maxAge === 0 || time >= clock.now() - maxAge * DAY);
  for (const { name } of all.filter((backup) => !stays(backup))) rmSync(join(dir, name), { force: true });
  if (!compress) return;
  for (const { name } of all.filter((backup) => stays(backup) && !backup.name.endsWith(PACKED))) await pack(join(dir, name));
}

const unpacked = (name: string) => (name.endsWith(PACKED) ? name.slice(0, -PACKED.length) : name);

/** The newest first. */
function backups(path: string): Backup[] {
  const { dir, name, ext } = parse(path);
  return readdirSync(dir || '.').flatMap((file): Backup[] => {
    const base = unpacked(file);
    if (!base.startsWith(`${name}-`) || !base.endsWith(ext)) return [];
    const [, day, hours, minutes, seconds] = /^(\d{4}-\d\d-\d\d)T(\d\d)-(\d\d)-(\d\d\.\d{3})$/.exec(base.slice(name.length + 1, base.length - ext.length)) ?? [];
    const time = Date.parse(`${day}T${hours}:${minutes}:${seconds}Z`);
    return Number.isNaN(time) ? [] : [{ name: file, time }];
  }).sort((a, b) => b.time - a.time);
}

async function pack(path: string): Promise<void> {
  await pipeline(createReadStream(path), createGzip(), createWriteStream(path + PACKED, { mode: 0o600 }));
  rmSync(path);
}
