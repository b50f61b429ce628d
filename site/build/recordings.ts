/** What `record.ts` wrote for the pages: one file for each chapter, one exchange for each request. */
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { LabStorage, LabStoreEvent } from '../../server/observe/lab/messages.ts';
import type { CrowdState } from '../components/crowd.ts';
import type { Exchange } from '../components/exchange.ts';
import type { Write } from '../components/journey.ts';
import type { WatchingState } from '../components/watching.ts';
import { root } from './root.ts';

export interface Recording extends Exchange {
  /** What was stored when the answer was complete, without what was there at the chapter's start. */
  stored: LabStoreEvent[];
  revision: number;
  baseline: number;
}

/** How everything stood after an act, or after an instrument's last step. */
export interface RecordedState extends WatchingState {
  storage: LabStorage;
}

export const recordingsFolder = join(root, 'site/generated/recordings');

const cache = new Map<string, { changed: number; recordings: Record<string, Recording> }>();

export function recordingOf(chapter: string, id: string): Recording | undefined {
  return recordingsOf(chapter)?.[id];
}

/** What a chapter's crowd had come to; undefined where none has been recorded. */
export function crowdOf(chapter: string): CrowdState | undefined {
  const file = join(recordingsFolder, `${chapter}.crowd.json`);
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as CrowdState) : undefined;
}

/** What an act or an instrument has left; undefined where it has not been recorded. */
export function stateOf(chapter: string, id: string): RecordedState | undefined {
  const file = join(recordingsFolder, `${chapter}.states.json`);
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Record<string, RecordedState>)[id] : undefined;
}

/** The writes that each journey came to, by the journeys' ids; undefined where none has been recorded. */
export function journeysOf(chapter: string): Record<string, Write[]> | undefined {
  const file = join(recordingsFolder, `${chapter}.journeys.json`);
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Record<string, Write[]>) : undefined;
}

/** By the id of their requests; undefined where nothing has been recorded yet. */
export function recordingsOf(chapter: string): Record<string, Recording> | undefined {
  const file = join(recordingsFolder, `${chapter}.json`);
  if (!existsSync(file)) return undefined;
  const changed = statSync(file).mtimeMs;
  let known = cache.get(file);
  if (known?.changed !== changed) {
    const recordings = JSON.parse(readFileSync(file, 'utf8')) as Record<string, Recording>;
    known = { changed, recordings };
    cache.set(file, known);
  }
  return known.recordings;
}
