/**
 * Sends every request of every chapter, in reading order, to its stage, does to the stage what the chapter says in
 * between, and writes down what came of it: what a page shows before anything is clicked. Each chapter has stages of its
 * own, fresh. An answer with another status than the chapter states, or a watch whose events don't come, fails the build.
 */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { sleep } from '../../server/http/sleep.ts';
import { newLoopbackTransport } from '../../server/node/controllers-transport.ts';
import { listenLab } from '../../server/node/lab.ts';
import type { LabStorage } from '../../server/observe/lab/messages.ts';
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
import type { Write } from '../components/journey.ts';
import { stageOf, toStageRequest } from '../components/request-props.ts';
import type { RequestProps } from '../components/request-props.ts';
import { Watching } from '../components/watching.ts';
import type { WatchingProps } from '../components/watching-props.ts';
import { newLocalHost } from '../runtime/local-host.ts';
import { PAGE_USERS, pageConfig } from '../runtime/page-users.ts';
import { CLOSED } from '../runtime/stage-host.ts';
import type { StageHost, StageRequest } from '../runtime/stage-host.ts';
import { chapters } from './chapters.ts';
import type { RecordedState, Recording } from './recordings.ts';
import { recordingsFolder } from './recordings.ts';
import { arrival, logOf } from './record-journey.ts';
import { requestsOf } from './requests.ts';
import type { ChapterRequests } from './requests.ts';

/** Milliseconds that a watch waits for its events after the chapter's last request. */
const patience = 3000;
/** Milliseconds in which nothing has changed any more: longer than a lost watch on etcd takes to come back. */
const stillness = 250;
/** Milliseconds for which `/readyz` says of etcd what it found out last. */
const knownHealth = 1000;

export interface ChapterRecording {
  requests: Record<string, Recording>;
  states: Record<string, RecordedState>;
  journeys: Record<string, Write[]>;
}

export async function record(list: ChapterRequests[] = chapters().map(requestsOf), folder = recordingsFolder): Promise<void> {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const chaptersWithRequests = list.filter((chapter) => chapter.steps.length > 0);
  // The first round is thrown away: its times are those of code that has never run.
  await Promise.all(chaptersWithRequests.map((chapter) => recordChapter(chapter)));
  const write = async (chapter: ChapterRequests) => {
    const { requests, states, journeys } = await recordChapter(chapter);
    writeFileSync(join(folder, `${chapter.chapter.name}.json`), JSON.stringify(requests));
    writeFileSync(join(folder, `${chapter.chapter.name}.states.json`), JSON.stringify(states));
    writeFileSync(join(folder, `${chapter.chapter.name}.journeys.json`), JSON.stringify(journeys));
  };
  // a chapter is recorded alone, for the sake of its times; those with other steps than requests mostly wait
  const waits = ({ steps }: ChapterRequests) => steps.some(({ type }) => type !== 'request');
  for (const chapter of chaptersWithRequests) if (!waits(chapter)) await write(chapter);
  await Promise.all(chaptersWithRequests.filter(waits).map(write));
  for (const { chapter, stage, crowd } of list) if (stage !== undefined && crowd !== undefined) writeFileSync(join(folder, `${chapter.name}.crowd.json`), JSON.stringify(await recordCrowd(stage, crowd)));
}

export async function recordChapter({ chapter, stage, steps }: ChapterRequests): Promise<ChapterRecording> {
  const lab = await startLab(chapter.name, [...new Set(steps.map(({ props }) => stageOf(props, stage)))]);
  try {
    const recordings: { props: RequestProps; recording: Promise<Recording> }[] = [];
    const states: Record<string, RecordedState> = {};
    const journeys: Record<string, Write[]> = {};
    const logs = new Map([...lab.feeds.values()].map((feed) => [feed, logOf(feed)]));
    const last = Promise.withResolvers<void>();
    for (const { type, props } of steps) {
      const feed = lab.feeds.get(stageOf(props, stage))!;
      if (type === 'request') {
        if (props.path.startsWith('/readyz')) await sleep(knownHealth);
        const asked = await filledIn(toStageRequest(props), async (id) => (await recordings.find((known) => known.props.id === id)?.recording)?.body);
        const running = send(lab.host, feed, props, asked, last.promise);
        recordings.push({ props, recording: running.recording });
        await running.underWay;
      } else if (type === 'act') {
        await lab.host.act(feed.stage, props.do);
        states[props.id] = { storage: await atRest(feed), clients: [], next: '' };
      } else if (type === 'journey') {
        const begun = await recordings.find((known) => known.props.id === props.from)?.recording;
        if (!begun) throw new Error(`${chapter.name}: the journey "${props.id}" begins with no request before it: "${props.from}"`);
        journeys[props.id] = await arrival(feed, logs.get(feed)!, props, begun.traceId, chapter.name);
      } else states[props.id] = await play(lab.host, feed, props);
    }
    last.resolve();
    const requests: Record<string, Recording> = {};
    for (const { props, recording } of recordings) requests[props.id] = check(await recording, props, chapter.name);
    return { requests, states, journeys };
  } finally {
    await lab.close();
  }
}

/** An instrument after its steps; its clients go on watching for as long as the chapter is recorded. */
async function play(host: StageHost, feed: StageFeed, { resource, clients, play: steps }: WatchingProps): Promise<RecordedState> {
  const watching = new Watching(host, { stage: feed.stage, resource, clients }, () => undefined);
  let storage = await atRest(feed);
  for (const step of steps) {
    await watching.do(step);
    storage = await atRest(feed);
  }
  return structuredClone({ ...watching.state(), storage });
}

/** Where everybody stands, when nothing changes any more. */
async function atRest(feed: StageFeed): Promise<LabStorage> {
  let changed = performance.now();
  const stop = feed.onStorage(() => (changed = performance.now()));
  while (!feed.storage || performance.now() - changed < stillness) await sleep(stillness / 5);
  stop();
  return feed.storage;
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
  const stages = await Promise.all(ids.map(async ([name, edit]) => runStage(variantOf(await loadStage(name), edit), defaultServerConfig({ ...pageConfig(), loopback: newLoopbackTransport }))));
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
  /** The next request may be sent: this one is answered; or a watch has begun its answer, a write gone to etcd. */
  underWay: Promise<void>;
  recording: Promise<Recording>;
}

function send(host: StageHost, feed: StageFeed, props: RequestProps, request: StageRequest, last: Promise<void>): Running {
  const hangUp = new AbortController();
  const begun = Promise.withResolvers<void>();
  const onChange = (made: Exchange) => {
    if (props.meanwhile && made.spans.some(({ name }) => name === 'etcdserverpb.KV/Txn')) begun.resolve();
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
  return { underWay: props.watch === undefined && !props.meanwhile ? recording.then(() => undefined) : begun.promise, recording };
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
