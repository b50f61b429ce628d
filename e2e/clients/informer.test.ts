/** The informer of @kubernetes/client-node, against a server that is killed and started again while others write. */
import { setTimeout as sleep } from 'node:timers/promises';
import { CoreV1Api, KubeConfig, makeInformer } from '@kubernetes/client-node';
import type { V1ConfigMap } from '@kubernetes/client-node';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startEtcd } from '../setup/etcd.ts';
import type { RunningEtcd } from '../setup/etcd.ts';
import { startStage } from '../stage-process.ts';
import type { StageProcess } from '../stage-process.ts';

const namespace = 'default';
let etcd: RunningEtcd;
let stage: StageProcess;
let api: CoreV1Api;
let config: KubeConfig;

beforeAll(async () => {
  etcd = await startEtcd();
  stage = await startStage('apiserver', [`--etcd-servers=${etcd.endpoint}`]);
  config = new KubeConfig();
  config.loadFromFile(stage.kubeconfig);
  api = config.makeApiClient(CoreV1Api);
});
afterAll(async () => {
  await stage.stop();
  await etcd.stop();
});

describe('an informer', () => {
  test('stays in step through restarts of the server, while four clients write', async () => {
    const informer = makeInformer<V1ConfigMap>(config, `/api/v1/namespaces/${namespace}/configmaps`, () => api.listNamespacedConfigMap({ namespace }));
    let errors = 0;
    let running = true;
    informer.on('error', () => {
      errors++;
      // Starting again is left to the user of this library.
      setTimeout(() => running && void informer.start().catch(() => undefined), 50);
    });
    await informer.start();
    const cache = () => informer.list().map(versionOf).sort();

    const writers = Array.from({ length: 4 }, (_, n) => write(n, () => running));
    for (let restart = 0; restart < 2; restart++) {
      await sleep(700);
      await stage.kill();
      await stage.restart();
    }
    await sleep(700);
    running = false;
    const writes = (await Promise.all(writers)).reduce((sum, done) => sum + done, 0);

    const fresh = (await api.listNamespacedConfigMap({ namespace })).items.map(versionOf).sort();
    running = true;
    await expect.poll(cache).toEqual(fresh);
    running = false;
    await informer.stop();
    expect(fresh.length).toBeGreaterThan(0);
    expect(writes).toBeGreaterThan(20);
    expect(errors).toBeGreaterThan(0);
  });

  test('that starts at a version gone by lists anew', async () => {
    const informer = makeInformer<V1ConfigMap>(config, `/api/v1/namespaces/${namespace}/configmaps`, () => api.listNamespacedConfigMap({ namespace }));
    const seen: string[] = [];
    informer.on('add', ({ metadata }) => seen.push(metadata?.name ?? ''));
    await informer.start();
    await api.createNamespacedConfigMap({ namespace, body: { metadata: { name: 'late' } } });
    await expect.poll(() => seen).toContain('late');
    await informer.stop();
  });
});

/** Creates, changes and deletes ConfigMaps of its own; answers how often that went well. */
async function write(writer: number, more: () => boolean): Promise<number> {
  let done = 0;
  for (let n = 0; more(); n++) {
    const name = `w${writer}-${n % 7}`;
    try {
      if (n % 3 === 0) await api.createNamespacedConfigMap({ namespace, body: { metadata: { name }, data: { n: String(n) } } });
      else if (n % 3 === 1) await api.replaceNamespacedConfigMap({ namespace, name, body: { metadata: { name }, data: { n: String(n) } } });
      else await api.deleteNamespacedConfigMap({ namespace, name: `w${writer}-${(n * 5) % 7}` });
      done++;
    } catch {
      // the server is away, or the object is not as this writer believes
      await sleep(10);
    }
  }
  return done;
}

function versionOf({ metadata }: V1ConfigMap): string {
  return `${metadata?.name}@${metadata?.resourceVersion}`;
}
