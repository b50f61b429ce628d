/**
 * Sends every request of every chapter, in reading order, to its stage, and writes down what came back: what a page
 * shows before anything is clicked. Each chapter has stages of its own, fresh. An answer with another status than the
 * chapter states, or a watch whose events don't come, fails the build.
 */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { listenLab } from '../../server/node/lab.ts';
import { runStage } from '../../server/observe/lab/running-stage.ts';
import { defaultServerConfig } from '../../server/stages/default-config.ts';
import { splitVariant, variantOf } from '../../server/observe/lab/variant.ts';
import { loadStage, stageNames } from '../../server/stages/index.ts';
import { Crowd } from '../components/crowd.ts';
import type { CrowdState } from '../components/crowd.ts';
import { eventLines, exchange } from '../components/exchange.ts';
import type { Exchange } from '../components/exchange.ts';
import { filledIn } from '../components/fill-in.ts';
import { StageFeed } from '../components/feed.ts';
import { stageOf, toStageRequest } from '../components/request-props.ts';
import type { RequestProps } from '../components/request-props.ts';
import { newLocalHost } from '../runtime/local-host.ts';
import { PAGE_USERS, pageConfig } from '../runtime/page-users.ts';
import { CLOSED } from '../runtime/stage-host.ts';
import type { StageHost, StageRequest } from '../runtime/stage-host.ts';
import { chapters } from './chapters.ts';
import type { Recording } from './recordings.ts';
import { recordingsFolder } from './recordings.ts';
import { requestsOf } from './requests.ts';
import type { ChapterRequests } from './requests.ts';

/** Milliseconds that a watch waits for its events after the chapter's last request. */
const patience = 3000;

export async function record(list: ChapterRequests[] = chapters().map(requestsOf), folder = recordingsFolder): Promise<void> {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const chaptersWithRequests = list.filter((chapter) => chapter.requests.length > 0);
  // The first round is thrown away: its times are those of code that has never run.
  for (const chapter of chaptersWithRequests) await recordChapter(chapter);
  for (const chapter of chaptersWithRequests) writeFileSync(join(folder, `${chapter.chapter.name}.json`), JSON.stringify(await recordChapter(chapter)));
  for (const { chapter, stage, crowd } of list) if (stage !== undefined && crowd !== undefined) writeFileSync(join(folder, `${chapter.name}.crowd.json`), JSON.stringify(await recordCrowd(stage, crowd)));
}

export async function recordChapter({ chapter, stage, requests }: ChapterRequests): Promise<Record<string, Recording>> {
  const names = requests.map((request) => stageOf(request, stage));
  const lab = await startLab(chapter.name, [...new Set(names)]);
  try {
    const recordings: [string, Promise<Recording>][] = [];
    const last = Promise.withResolvers<void>();
    for (const [index, request] of requests.entries()) {
      const feed = lab.feeds.get(names[index]!)!;
      const asked = await filledIn(toStageRequest(request), async (id) => (await recordings.find(([known]) => known === id)?.[1])?.body);
      const running = send(lab.host, feed, request, asked, last.promise);
      recordings.push([request.id, running.recording]);
      await running.underWay;
    }
    last.resolve();
    const made: Record<string, Recording> = {};
    for (const [index, [id, recording]] of recordings.entries()) made[id] = check(await recording, requests[index]!, chapter.name);
    return made;
  } finally {
    await lab.close();
  }
}

/** Sixty connections and a quiet client, after two seconds. */
async function recordCrowd(stage: string, level: string): Promise<CrowdState> {
  const lab = await startLab(stage, [stage]);
  try {
    let last: CrowdState | undefined;
    const crowd = new Crowd(lab.host, { stage, level }, (state) => (last = structuredClone(state)));
    setTimeout(() => crowd.stop(), 2000);
    await crowd.run(60);
    if (!last || last.quiet.answered === 0) throw new Error(`the crowd of stage ${stage} was not answered`);
    return last;
  } finally {
    await lab.close();
  }
}

async function startLab(chapter: string, names: string[]) {
  const ids = names.map(splitVariant);
  const [missing] = ids.find(([name]) => !stageNames.includes(name)) ?? [];
  if (missing !== undefined) throw new Error(`${chapter}: there is no stage "${missing}"`);
  const stages = await Promise.all(ids.map(async ([name, edit]) => runStage(variantOf(await loadStage(name), edit), defaultServerConfig(pageConfig()))));
  await Promise.all(stages.map((stage) => stage.server.ready));
  const lab = await listenLab({ port: 0, stages, users: PAGE_USERS, anyOrigin: true });
  const info = { server: 'journey-of-an-api-request' as const, stages: [], users: PAGE_USERS };
  const host = newLocalHost(lab.url, info);
  const feeds = new Map(names.map((name) => [name, new StageFeed(host, name)]));
  await Promise.all([...feeds.values()].map((feed) => feed.ready));
  return {
    host,
    feeds,
    async close() {
      for (const feed of feeds.values()) feed.close();
      host.close();
      await lab.close();
      await Promise.all(stages.map((stage) => stage.close()));
    },
  };
}

interface Running {
  /** The next request may be sent: this one is answered, or, a watch, has begun its answer. */
  underWay: Promise<void>;
  recording: Promise<Recording>;
}

function send(host: StageHost, feed: StageFeed, props: RequestProps, request: StageRequest, last: Promise<void>): Running {
  const hangUp = new AbortController();
  const begun = Promise.withResolvers<void>();
  const onChange = (made: Exchange) => {
    if (props.watch === undefined) return;
    if (made.status > 0) begun.resolve();
    if (eventLines(made).length >= props.watch) hangUp.abort();
  };
  if (props.watch !== undefined) void last.then(() => setTimeout(() => hangUp.abort(), patience).unref());
  const recording = exchange(host, feed, request, { signal: hangUp.signal, onChange }).then((made): Recording => {
    begun.resolve();
    const { revision, baseline, stored } = feed.state();
    // what the page shows is what the chapter says, with its references
    return { ...made, ...(props.expect === 'no answer' && made.end === 'failed' && { error: CLOSED }), request: toStageRequest(props), revision, baseline, stored: stored.filter((item) => item.modRevision > baseline) };
  });
  return { underWay: props.watch === undefined ? recording.then(() => undefined) : begun.promise, recording };
}

function check(made: Recording, { id, expect, watch = 0 }: RequestProps, chapter: string): Recording {
  const where = `${chapter}: the request "${id}" (${made.request.method} ${made.request.path})`;
  if (made.end === 'failed' && expect !== 'no answer') throw new Error(`${where} got no answer: ${made.error}`);
  if (made.status !== (expect === 'no answer' ? 0 : expect)) throw new Error(`${where} was answered with status ${made.status}, not ${expect}: ${made.body.slice(0, 300)}`);
  const events = eventLines(made).length;
  if (events < watch) throw new Error(`${where} got ${events} events, not ${watch}`);
  if (made.spans.length === 0) throw new Error(`${where} left no trace`);
  return made;
}

if (import.meta.main) await record();
