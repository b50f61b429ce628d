import { describe, expect, test } from 'vitest';
import { recordChapter } from './record.ts';
import { requestsOf } from './requests.ts';

const path = '/api/v1/namespaces/default/configmaps';
const chapter = (...requests: string[]) => requestsOf({ name: '07-x', slug: 'x', source: `---\nstage: handler\n---\n\n${requests.join('\n\n')}\n` });
const create = (id: string, name: string, expected = 201) => `<Request id="${id}" title="C" method="POST" path="${path}" body={{ metadata: { name: '${name}' } }} expect={${expected}} />`;

describe('recording a chapter', () => {
  test('sends its requests in reading order to one stage, each with its answer and its trace', async () => {
    const made = await recordChapter(chapter(create('a', 'one'), `<Request id="b" title="L" path="${path}" />`));
    expect(made.a).toMatchObject({ status: 201, end: 'done' });
    expect(JSON.parse(made.b?.body ?? '').items).toHaveLength(1);
    expect(made.b?.spans[0]).toMatchObject({ traceId: made.b?.traceId, attributes: { 'http.request.method': 'GET', 'url.path': path } });
  });

  test('starts each chapter with a fresh stage', async () => {
    const list = chapter(`<Request id="b" title="L" path="${path}" />`);
    await recordChapter(chapter(create('a', 'one')));
    expect(JSON.parse((await recordChapter(list)).b?.body ?? '').items).toEqual([]);
  });

  test('keeps a watch open until the events have come that later requests cause', async () => {
    const made = await recordChapter(chapter(`<Request id="w" title="W" path="${path}?watch=true" watch={2} />`, create('a', 'one'), create('b', 'two')));
    expect(made.w).toMatchObject({ status: 200, end: 'stopped' });
    expect(made.w?.body.trimEnd().split('\n').map((line) => JSON.parse(line).object.metadata.name)).toEqual(['one', 'two']);
    expect(made.w?.arrivals).toHaveLength(2);
  });

  test('fails on a status that the chapter does not state', async () => {
    await expect(recordChapter(chapter(create('a', 'one', 409)))).rejects.toThrow(`07-x: the request "a" (POST ${path}) was answered with status 201, not 409`);
  });

  test('goes to a changed chain where a request states one, and may end without an answer', async () => {
    const half = (id: string, more: string) => `<Request id="${id}" title="H" stage="filters" method="POST" path="${path}" user="admin" body='{"kind":' ${more} />`;
    const made = await recordChapter(chapter(half('a', 'expect={500}'), half('b', 'chain="without withPanicRecovery" expect="no answer"')));
    expect(made.a).toMatchObject({ stage: 'filters', status: 500 });
    expect(made.b).toMatchObject({ stage: 'filters without withPanicRecovery', status: 0, end: 'failed', error: 'the server closed the connection' });
    expect(made.b?.spans.map(({ name }) => name)).toContain('withAuthorization');
    await expect(recordChapter(chapter(half('a', 'expect="no answer"')))).rejects.toThrow('was answered with status 500, not no answer');
  });

  test('fills in what an earlier request was answered, and shows the reference', async () => {
    const made = await recordChapter(chapter(create('a', 'one'), `<Request id="b" title="G" path="${path}/$(a.metadata.name)" />`));
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
