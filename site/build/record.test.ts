import { describe, expect, test } from 'vitest';
import { recordChapter } from './record.ts';
import { requestsOf } from './requests.ts';

const path = '/api/v1/namespaces/default/configmaps';
const chapter = (...requests: string[]) => requestsOf({ name: '07-x', slug: 'x', source: `---\nstage: handler\n---\n\n${requests.join('\n\n')}\n` });
const create = (id: string, name: string, expected = 201) => `<Request id="${id}" title="C" method="POST" path="${path}" body={{ metadata: { name: '${name}' } }} expect={${expected}} />`;

describe('recording a chapter', () => {
  test('sends its requests in reading order to one stage, each with its answer and its trace', async () => {
    const { requests: made } = await recordChapter(chapter(create('a', 'one'), `<Request id="b" title="L" path="${path}" />`));
    expect(made.a).toMatchObject({ status: 201, end: 'done' });
    expect(JSON.parse(made.b?.body ?? '').items).toHaveLength(1);
    expect(made.b?.spans[0]).toMatchObject({ traceId: made.b?.traceId, attributes: { 'http.request.method': 'GET', 'url.path': path } });
  });

  test('starts each chapter with a fresh stage', async () => {
    const list = chapter(`<Request id="b" title="L" path="${path}" />`);
    await recordChapter(chapter(create('a', 'one')));
    expect(JSON.parse((await recordChapter(list)).requests.b?.body ?? '').items).toEqual([]);
  });

  test('keeps a watch open until the events have come that later requests cause', async () => {
    const { requests: made } = await recordChapter(chapter(`<Request id="w" title="W" path="${path}?watch=true" watch={2} />`, create('a', 'one'), create('b', 'two')));
    expect(made.w).toMatchObject({ status: 200, end: 'stopped' });
    expect(made.w?.body.trimEnd().split('\n').map((line) => JSON.parse(line).object.metadata.name)).toEqual(['one', 'two']);
    expect(made.w?.arrivals).toHaveLength(2);
  });

  test('fails on a status that the chapter does not state', async () => {
    await expect(recordChapter(chapter(create('a', 'one', 409)))).rejects.toThrow(`07-x: the request "a" (POST ${path}) was answered with status 201, not 409`);
  });

  test('goes to a changed chain where a request states one, and may end without an answer', async () => {
    const half = (id: string, more: string) => `<Request id="${id}" title="H" stage="filters" method="POST" path="${path}" user="admin" body='{"kind":' ${more} />`;
    const { requests: made } = await recordChapter(chapter(half('a', 'expect={500}'), half('b', 'chain="without withPanicRecovery" expect="no answer"')));
    expect(made.a).toMatchObject({ stage: 'filters', status: 500 });
    expect(made.b).toMatchObject({ stage: 'filters without withPanicRecovery', status: 0, end: 'failed', error: 'the server closed the connection' });
    expect(made.b?.spans.map(({ name }) => name)).toContain('withAuthorization');
    await expect(recordChapter(chapter(half('a', 'expect="no answer"')))).rejects.toThrow('was answered with status 500, not no answer');
  });

  test('fills in what an earlier request was answered, and shows the reference', async () => {
    const { requests: made } = await recordChapter(chapter(create('a', 'one'), `<Request id="b" title="G" path="${path}/$(a.metadata.name)" />`));
    expect(made.b).toMatchObject({ status: 200, request: { path: `${path}/$(a.metadata.name)` } });
    await expect(recordChapter(chapter(`<Request id="b" title="G" path="${path}/$(a.metadata.name)" />`))).rejects.toThrow('needs the answer of “a”');
  });

  test('fails on a watch whose events do not come', async () => {
    await expect(recordChapter(chapter(`<Request id="w" title="W" path="${path}?watch=true" watch={1} />`))).rejects.toThrow('got 0 events, not 1');
  });

  test('fails on a stage that is not there', async () => {
    await expect(recordChapter(chapter('<Request id="a" title="A" path="/" stage="nothing" />'))).rejects.toThrow('07-x: there is no stage "nothing"');
  });
});

describe('what a chapter does to a stage', () => {
  const on = (stage: string, ...steps: string[]) => requestsOf({ name: '07-x', slug: 'x', source: `---\nstage: ${stage}\n---\n\n${steps.join('\n\n')}\n` });
  const clients = (...play: string[]) => `<Clients id="three" resource="configmaps" play={${JSON.stringify(play)}} />`;
  const away = ['A starts', 'B starts', 'write', 'B leaves', 'write', 'write'];

  test('is done in reading order, between the requests', async () => {
    const read = (id: string) => `<Request id="${id}" title="L" user="admin" path="${path}?resourceVersion=0" />`;
    const ready = (id: string, expected: number) => `<Request id="${id}" title="R" user="admin" path="/readyz" expect={${expected}} />`;
    const { requests, states } = await recordChapter(on('watch', create('a', 'one').replace('<Request', '<Request user="admin"'), '<Act id="stop" do="stop etcd" />', read('cached'), ready('unready', 500), '<Act id="start" do="start etcd" />', ready('again', 200)));
    expect(JSON.parse(requests.cached?.body ?? '').items).toHaveLength(1);
    expect(requests.unready?.body).toContain('[-]etcd failed');
    expect([states.stop?.storage.etcd, states.start?.storage.etcd]).toEqual(['stopped', 'running']);
  });

  test('lets two writes meet: the second is sent while the first one waits, and tried twice', async () => {
    const patch = (id: string, more = '') => `<Request id="${id}" title="P" user="admin" method="PATCH" path="${path}/one" headers={{ 'Content-Type': 'application/merge-patch+json' }} body={{ data: { ${id}: 'yes' } }} ${more} />`;
    const { requests } = await recordChapter(on('storage', create('a', 'one').replace('<Request', '<Request user="admin"'), '<Act id="slow" do="slow disk" />', patch('left', 'meanwhile'), patch('right'), '<Act id="fast" do="fast disk" />'));
    const writes = (id: string) => requests[id]?.spans.filter(({ name }) => name === 'etcdserverpb.KV/Txn').map(({ attributes }) => attributes.succeeded);
    expect([writes('left'), writes('right')]).toEqual([[true], [false, true]]);
    expect(JSON.parse(requests.right?.body ?? '').data).toEqual({ left: 'yes', right: 'yes' });
  });

  test('leaves three clients where their steps brought them: too late for what etcd has forgotten', async () => {
    const { states } = await recordChapter(on('storage', clients(...away, 'compact', 'B returns')));
    const { storage, clients: [a, b, c] } = states.three!;
    expect(a).toMatchObject({ standing: 'watching', resourceVersion: '4', events: [{ type: 'LIST' }, { type: 'ADDED', name: 'conf-1' }, { type: 'MODIFIED' }, { type: 'DELETED' }] });
    expect(b).toMatchObject({ standing: 'expired', resourceVersion: '2', why: '410: The resourceVersion for the provided watch is too old.' });
    expect(c).toMatchObject({ standing: 'new', events: [] });
    expect(storage).toMatchObject({ revision: 5, compacted: 4, caches: [], watchers: [{ id: a?.watch, resource: 'configmaps', key: '/configmaps/default/', seen: 4 }] });
    expect(storage.written.map(({ revision, key, how }) => `${revision} ${how} ${key}`)).toEqual(['2 created /registry/configmaps/default/conf-1', '3 changed /registry/configmaps/default/conf-1', '4 deleted /registry/configmaps/default/conf-1', '5 created compact_rev_key']);
  });

  test("a cache's window outlives what etcd has forgotten, and begins anew with its server", async () => {
    const { states } = await recordChapter(on('watch', clients(...away, 'compact', 'B returns', 'B leaves', 'write', 'restart server', 'B returns')));
    const { storage, clients: [a, b] } = states.three!;
    expect(b?.events.map(({ type }) => type)).toEqual(['LIST', 'ADDED', 'MODIFIED', 'DELETED']);
    expect(b).toMatchObject({ standing: 'expired', why: '410: too old resource version: 4 (6)' });
    expect(a).toMatchObject({ standing: 'ended', resourceVersion: '6' });
    expect(storage.caches.find(({ resource }) => resource === 'configmaps')).toMatchObject({ ready: true, listed: 6, oldest: 6 });
  });
});

describe('the journey of an object', () => {
  const pods = '/api/v1/namespaces/default/pods';
  const on = (...steps: string[]) => requestsOf({ name: '07-x', slug: 'x', source: `---\nstage: informer\n---\n\n${steps.join('\n\n')}\n` });
  const pod = `<Request id="pod" title="P" user="admin" method="POST" path="${pods}" body={{ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'nginx' }, spec: { containers: [{ name: 'nginx', image: 'nginx' }] } }} expect={201} />`;
  const journey = (from: string, until = '"phase":"Running"') => `<Journey id="j" of="${pods}/nginx" from="${from}" until='${until}' />`;

  test('is followed until it has arrived, with the trace of each write', async () => {
    const { requests, journeys } = await recordChapter(on(pod, journey('pod'), `<Request id="then" title="G" user="admin" path="${pods}/nginx" />`));
    expect(journeys.j?.map(({ deed, request }) => `${request?.who} ${deed} by ${request?.method} ${request?.path}`)).toEqual([
      `admin created by POST ${pods}`,
      `kube-scheduler changed by POST ${pods}/nginx/binding`,
      `kubelet changed by PUT ${pods}/nginx/status`,
      `kubelet changed by PUT ${pods}/nginx/status`,
    ]);
    const revisions = journeys.j?.map(({ revision }) => revision) ?? [];
    expect(journeys.j?.map(({ heard }) => heard)).toEqual([undefined, ...revisions.slice(0, -1)]);
    for (const { request } of journeys.j ?? []) expect(request?.spans.map(({ name }) => name)).toEqual(expect.arrayContaining(['withAuthorization', 'PathRecorderMux', 'etcdserverpb.KV/Txn']));
    expect(JSON.parse(requests.then?.body ?? '')).toMatchObject({ status: { phase: 'Running' } });
  });

  test('cannot begin with a request that has not been sent', async () => {
    await expect(recordChapter(on(journey('pod'), pod))).rejects.toThrow('the journey "j" begins with no request before it: "pod"');
  });
});
