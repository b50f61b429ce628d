/** What a kube-apiserver was recorded to answer, asked of ours: every case once on each store. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startEtcd } from '../setup/etcd.ts';
import type { RunningEtcd } from '../setup/etcd.ts';
import { startStage } from '../stage-process.ts';
import type { StageProcess } from '../stage-process.ts';

const path = (name: string) => fileURLToPath(new URL(name, import.meta.url));

interface Case {
  area: string;
  name: string;
  title: string;
}

/** What the runner writes of a case: where it passed, no lines. */
interface Outcome extends Case {
  lines: string[];
}

const stores = [
  { store: 'embedded', start: async () => undefined },
  { store: 'etcd', start: () => startEtcd() },
];

describe.each(stores)('on the store $store, as recorded from kube-apiserver', ({ start }) => {
  let etcd: RunningEtcd | undefined;
  let stage: StageProcess | undefined;
  let outcomes = new Map<string, Outcome>();

  beforeAll(async () => {
    etcd = await start();
    stage = await startStage('apiserver', etcd ? [`--etcd-servers=${etcd.endpoint}`] : []);
    outcomes = await replay(stage);
  }, 180_000);

  afterAll(async () => {
    await stage?.stop();
    await etcd?.stop();
  });

  test.each(allCases())('$area/$name: $title', ({ area, name }) => {
    expect(outcomes.get(`${area}/${name}`)?.lines).toEqual([]);
  });

  test('the server lives, and has complained of nothing but the token whose account is gone', () => {
    const complaints = (stage?.stderr() ?? '').split('\n').filter((line) => !line.endsWith('Unable to authenticate the request: serviceaccounts "sa" not found'));
    expect([stage?.alive(), complaints]).toEqual([true, ['']]);
  });
});

function allCases(): Case[] {
  return readdirSync(path('cases')).flatMap((area) =>
    readdirSync(path(`cases/${area}`)).map((file) => {
      const { title }: { title: string } = JSON.parse(readFileSync(path(`cases/${area}/${file}`), 'utf8'));
      return { area, name: file.replace(/\.json$/, ''), title };
    }),
  );
}

async function replay(stage: StageProcess): Promise<Map<string, Outcome>> {
  const [ca, report] = [join(stage.dir, 'ca.crt'), join(stage.dir, 'report.json')];
  writeFileSync(ca, stage.ca);
  const runner = spawn(process.execPath, [
    path('run.mjs'),
    ...['--server', stage.url, '--ca', ca, '--tokens', `admin=${stage.tokens.admin},alice=${stage.tokens.alice}`],
    ...['--cases', path('cases'), '--golden', path('golden'), '--jobs', '4', '--json', report],
  ]);
  let output = '';
  for (const stream of [runner.stdout, runner.stderr]) stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const [code] = await once(runner, 'close');
  // 1 says that cases fail, and which; anything else that there is no report.
  if (code !== 0 && code !== 1) throw new Error(`the runner ended with ${code}: ${output}`);
  const { cases }: { cases: Outcome[] } = JSON.parse(readFileSync(report, 'utf8'));
  return new Map(cases.map((outcome) => [`${outcome.area}/${outcome.name}`, outcome]));
}
