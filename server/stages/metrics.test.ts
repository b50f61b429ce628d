/** What `/metrics` says of real requests: names, labels, buckets and numbers as kube-apiserver's. */
import { expect, test } from 'vitest';
import { newAlwaysAllowAuthorizer } from '../authorization/builtin.ts';
import { apiserver } from './apiserver.ts';
import { defaultServerConfig } from './default-config.ts';
import type { ServerConfig } from './stage.ts';
import { serveStage } from './serve.test-util.ts';

const configMaps = '/api/v1/namespaces/default/configmaps';

async function started(more: Partial<ServerConfig> = {}) {
  const tokens = [{ token: 'admin', user: { name: 'admin', groups: ['system:masters'] } }, { token: 'alice', user: { name: 'alice', groups: [] } }];
  const stage = apiserver.build(defaultServerConfig({ tokens, ...more }));
  const url = await serveStage(stage);
  const send = (method: string, path: string, { headers = {}, ...more }: { headers?: Record<string, string>; body?: BodyInit; signal?: AbortSignal; duplex?: 'half' } = {}) =>
    fetch(`${url}${path}`, { method, headers: { authorization: 'Bearer admin', 'content-type': 'application/json', ...headers }, ...more });
  const create = async (name: string) => expect(await send('POST', configMaps, { body: JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name } }) })).toMatchObject({ status: 201 });
  /** Lines about values, by what stands before the value. */
  const scrape = async () => new Map((await (await send('GET', '/metrics')).text()).trim().split('\n').filter((line) => !line.startsWith('#')).map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ') + 1))]));
  return { send, create, scrape };
}

const inCore = (resource: string) => `group="",resource="${resource}"`;
const about = (resource: string, scope: string) => `component="apiserver",dry_run="",group="",resource="${resource}",scope="${scope}",subresource=""`;

test('every line is one of the text format, and tells of families with help and type', async () => {
  const { send, create } = await started();
  await create('a');
  const text = await (await send('GET', '/metrics')).text();
  const line = /^(# HELP [a-z_]+ \[(ALPHA|BETA|STABLE)\] \S.*|# TYPE [a-z_]+ (counter|gauge|histogram)|[a-z_]+(\{([a-z_]+="[^"\\\n]*",?)+\})? (-?\d+(\.\d+)?(e[+-]\d\d)?|\+Inf))$/;
  expect(text.trim().split('\n').filter((each) => !line.test(each))).toEqual([]);
  const families = [...text.matchAll(/^# TYPE (\S+)/gm)].map(([, name]) => name);
  expect(families).toEqual([...new Set(families)].sort());
});

test('requests are counted by verb, resource, scope and status, and timed', async () => {
  const { send, create, scrape } = await started();
  await create('a');
  await send('GET', `${configMaps}/a`);
  await send('GET', `${configMaps}/b`);
  await send('GET', configMaps);
  await send('PATCH', `${configMaps}/a?fieldManager=x`, { headers: { 'content-type': 'application/apply-patch+yaml' }, body: 'apiVersion: v1\nkind: ConfigMap' });
  await send('DELETE', `${configMaps}/a?dryRun=All`);
  const seen = await scrape();
  for (const [verb, scope, code, count] of [['POST', 'resource', 201, 1], ['GET', 'resource', 200, 1], ['GET', 'resource', 404, 1], ['LIST', 'namespace', 200, 1], ['APPLY', 'resource', 200, 1]]) {
    expect.soft(seen.get(`apiserver_request_total{code="${code}",${about('configmaps', String(scope))},verb="${verb}",version="v1"}`), `${verb} ${code}`).toBe(count);
  }
  expect(seen.get(`apiserver_request_total{code="200",${about('configmaps', 'resource').replace('dry_run=""', 'dry_run="All"')},verb="DELETE",version="v1"}`)).toBe(1);
  expect(seen.get(`apiserver_request_duration_seconds_bucket{${about('configmaps', 'resource')},verb="GET",version="v1",le="60"}`)).toBe(2);
  expect(seen.get(`apiserver_request_sli_duration_seconds_count{${about('configmaps', 'resource').replace('dry_run="",', '')},verb="GET",version="v1"}`)).toBe(2);
  expect(seen.get(`apiserver_response_sizes_bucket{${about('configmaps', 'namespace').replace('dry_run="",', '')},verb="LIST",version="v1",le="1000"}`)).toBe(1);
});

test('a watch is counted while it lasts, and its events with their sizes', async () => {
  const { send, create, scrape } = await started();
  const stop = new AbortController();
  const watch = await send('GET', `${configMaps}?watch=1&resourceVersion=0`, { signal: stop.signal });
  const running = 'apiserver_longrunning_requests{component="apiserver",group="",resource="configmaps",scope="namespace",subresource="",verb="WATCH",version="v1"}';
  expect((await scrape()).get(running)).toBe(1);
  await create('a');
  const reader = watch.body!.getReader();
  const { value } = await reader.read();
  const seen = await scrape();
  expect(seen.get('apiserver_watch_events_total{group="",resource="configmaps",version="v1"}')).toBe(1);
  expect(seen.get('apiserver_watch_events_sizes_sum{group="",resource="configmaps",version="v1"}')).toBe(value!.length);
  stop.abort();
  await expect.poll(async () => (await scrape()).get(running)).toBe(0);
});

test('etcd is counted by operation, and what it holds by resource', async () => {
  const { send, create, scrape } = await started({ etcdCountMetricPollPeriod: 20 });
  await create('a');
  await send('GET', `${configMaps}/a`);
  await send('PUT', `${configMaps}/a`, { body: JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' }, data: { x: 'y' } }) });
  await send('DELETE', `${configMaps}/a`);
  await create('b');
  await send('POST', '/api/v1/namespaces/default/events', { body: JSON.stringify({ apiVersion: 'v1', kind: 'Event', metadata: { name: 'e' }, involvedObject: { namespace: 'default' } }) });
  const seen = await scrape();
  const requests = (operation: string, resource = 'configmaps') => seen.get(`etcd_requests_total{group="",operation="${operation}",resource="${resource}"}`);
  expect(seen.get(`etcd_request_duration_seconds_bucket{group="",operation="create",resource="configmaps",le="60"}`)).toBe(requests('create'));
  // without the server's own
  expect({ update: requests('update'), delete: requests('delete'), create: requests('create', 'events') }).toEqual({ update: 1, delete: 1, create: 1 });
  expect(requests('create')).toBeGreaterThanOrEqual(2);
  expect(requests('get')).toBeGreaterThanOrEqual(1);
  expect(requests('list')).toBeGreaterThanOrEqual(1);
  expect([...seen.keys()].filter((key) => key.startsWith('etcd_request_errors_total'))).toEqual([]);
  expect(seen.get('etcd_lease_object_counts_bucket{le="10"}')).toBe(1);
  expect(seen.get(`apiserver_storage_events_received_total{${inCore('configmaps')}}`)).toBeGreaterThanOrEqual(4);
  expect(seen.get('apiserver_storage_size_bytes{storage_cluster_id="etcd-0"}')).toBeGreaterThan(1000);
  // events have no cache: etcd is asked
  await expect.poll(async () => (await scrape()).get(`apiserver_resource_objects{${inCore('events')}}`)).toBe(1);
  const after = await scrape();
  const { items } = await (await send('GET', '/apis/flowcontrol.apiserver.k8s.io/v1/flowschemas')).json() as { items: unknown[] };
  expect(after.get('apiserver_storage_objects{resource="flowschemas.flowcontrol.apiserver.k8s.io"}')).toBe(items.length);
  expect(after.get(`apiserver_resource_size_estimate_bytes{${inCore('configmaps')}}`)).toBeGreaterThan(100);
});

test('watch caches tell how they were filled, what they handed on, and what they answered', async () => {
  const { send, create, scrape } = await started();
  const before = await scrape();
  await create('a');
  await create('b');
  await send('GET', `${configMaps}?resourceVersion=0`);
  const list = await (await send('GET', `${configMaps}?limit=1`)).json() as { metadata: { resourceVersion: string } };
  const seen = await scrape();
  const of = (name: string, labels = inCore('configmaps')) => seen.get(`${name}{${labels}}`) ?? 0;
  const since = (name: string, labels = inCore('configmaps')) => of(name, labels) - (before.get(`${name}{${labels}}`) ?? 0);
  expect(of('apiserver_watch_cache_initializations_total')).toBe(1);
  expect(of('watch_cache_capacity')).toBe(100);
  expect(of('apiserver_watch_cache_resource_version')).toBe(Number(list.metadata.resourceVersion));
  expect(since('apiserver_watch_cache_events_received_total')).toBe(2);
  expect(since('apiserver_watch_cache_events_dispatched_total')).toBeGreaterThanOrEqual(2);
  const labels = 'group="",index="",resource="configmaps"';
  expect({ lists: since('apiserver_cache_list_total', labels), returned: since('apiserver_cache_list_returned_objects_total') }).toEqual({ lists: 2, returned: 3 });
  expect(since('apiserver_watch_cache_consistent_read_total', 'fallback="false",group="",resource="configmaps",success="true"')).toBe(1);
  expect(since('apiserver_watch_cache_read_wait_seconds_count')).toBe(1);
  await send('GET', `${configMaps}?watch=1&resourceVersion=0&timeoutSeconds=1`);
  await expect.poll(async () => (await scrape()).get(`apiserver_init_events_total{${inCore('configmaps')}}`)).toBe(2);
});

test('what is being handled now is told as the most of the last second', async () => {
  const { scrape } = await started();
  const seen = await scrape();
  expect(seen.get('apiserver_current_inflight_requests{request_kind="mutating"}')).toBeGreaterThanOrEqual(0);
  await expect.poll(async () => (await scrape()).get('apiserver_current_inflight_requests{request_kind="readOnly"}')).toBe(1);
});

test('what is ended in the server\'s defence is counted', async () => {
  const { send, scrape } = await started({ enablePriorityAndFairness: false, maxMutatingRequestsInFlight: 1, requestTimeout: 300 });
  // one that does not end before its time is over
  const body = new ReadableStream({ start: (controller) => controller.enqueue(new TextEncoder().encode('{')) });
  const slow = send('POST', configMaps, { body, duplex: 'half' });
  await expect.poll(async () => (await send('DELETE', `${configMaps}/a`, { headers: { authorization: 'Bearer alice' } })).status).toBe(429);
  expect(await slow).toMatchObject({ status: 504 });
  const seen = await scrape();
  const ended = (verb: string, code: number) => seen.get(`apiserver_request_terminations_total{code="${code}",component="apiserver",group="",resource="configmaps",scope="resource",subresource="",verb="${verb}",version="v1"}`);
  expect(ended('POST', 504)).toBe(1);
  expect(ended('DELETE', 429)).toBeGreaterThanOrEqual(1);
  expect(seen.get(`apiserver_request_total{code="429",${about('configmaps', 'resource')},verb="DELETE",version="v1"}`)).toBe(ended('DELETE', 429));
});

test('it is served as upstream negotiates it, to those who may, and DELETE starts anew', async () => {
  const { send, create, scrape } = await started();
  await create('a');
  const answer = await send('GET', '/metrics', { headers: { 'accept-encoding': 'gzip', accept: 'application/openmetrics-text;version=1.0.0;q=0.5,text/plain;version=0.0.4;q=0.3,*/*;q=0.1' } });
  expect(Object.fromEntries(answer.headers)).toMatchObject({ 'content-type': 'text/plain; version=0.0.4; charset=utf-8; escaping=underscores', 'content-encoding': 'gzip', 'process-start-time-unix': expect.stringMatching(/^\d{10}$/) as string });
  expect(await answer.text()).toContain('# TYPE apiserver_request_total counter\n');
  expect((await send('GET', '/metrics', { headers: { accept: 'text/plain;version=1.0.0;escaping=allow-utf-8' } })).headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8; escaping=allow-utf-8');
  expect(await send('GET', '/metrics', { headers: { authorization: 'Bearer alice' } })).toMatchObject({ status: 403 });
  const reset = await send('DELETE', '/metrics');
  expect([reset.headers.get('content-type'), await reset.text()]).toEqual(['text/plain; charset=utf-8', 'metrics reset\n']);
  expect([...(await scrape()).keys()].filter((key) => key.startsWith('apiserver_request_total'))).toEqual([]);
});

test('two servers in one process count apart', async () => {
  const [first, second] = [await started(), await started({ authorization: [newAlwaysAllowAuthorizer()] })];
  await first.create('a');
  const created = `apiserver_request_total{code="201",${about('configmaps', 'resource')},verb="POST",version="v1"}`;
  expect([(await first.scrape()).get(created), (await second.scrape()).get(created)]).toEqual([1, undefined]);
});
