/** What `/metrics` says of real requests: names, labels, buckets and numbers as kube-apiserver's. */
import { expect, test } from 'vitest';
import { newPolicyRuleEvaluator } from '../audit/policy.ts';
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

test('who came, what they were allowed, and by whom, is counted', async () => {
  const { send, create, scrape } = await started();
  await create('a');
  await send('GET', configMaps, { headers: { authorization: 'Bearer alice' } });
  await send('GET', '/healthz', { headers: { authorization: 'Bearer alice' } });
  await send('GET', configMaps, { headers: { authorization: 'Bearer nobody' } });
  const seen = await scrape();
  const of = (key: string) => seen.get(key);
  expect({ admin: of('authenticated_user_requests{username="admin"}'), other: of('authenticated_user_requests{username="other"}') }).toEqual({ admin: 2, other: 2 });
  expect({ success: of('authentication_attempts{result="success"}'), error: of('authentication_attempts{result="error"}'), timed: of('authentication_duration_seconds_count{result="success"}') }).toEqual({ success: 4, error: 1, timed: 4 });
  expect({ allowed: of('authorization_attempts_total{result="allowed"}'), not: of('authorization_attempts_total{result="no-opinion"}') }).toEqual({ allowed: 3, not: 1 });
  // the administrator is allowed before anybody is asked
  expect(of('apiserver_authorization_decisions_total{decision="allowed",name="rbac",type="RBAC"}')).toBe(1);
});

test('tokens of service accounts are looked up once, and then remembered', async () => {
  const { send, scrape } = await started();
  await send('POST', '/api/v1/namespaces/default/serviceaccounts', { body: JSON.stringify({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'robot' } }) });
  const { status } = (await (await send('POST', '/api/v1/namespaces/default/serviceaccounts/robot/token', { body: JSON.stringify({ apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: {} }) })).json()) as { status: { token: string } };
  for (let i = 0; i < 3; i++) await send('GET', '/api', { headers: { authorization: `Bearer ${status.token}` } });
  const seen = await scrape();
  const of = (name: string, state: string) => seen.get(`authentication_token_cache_${name}{status="${state}"}`);
  expect([of('request_total', 'miss'), of('request_total', 'hit'), of('fetch_total', 'ok'), of('active_fetch_count', 'in_flight')]).toEqual([1, 2, 1, 0]);
});

test('what is audited is counted, by how much of it is', async () => {
  const events: object[] = [];
  const backend = { processEvents: (...all: object[]) => all.every((event) => !JSON.stringify(event).includes('/api/v1/secrets')) && events.push(...all) > 0, shutdown: async () => undefined };
  const { send, scrape } = await started({ audit: { backend, policy: newPolicyRuleEvaluator({ rules: [{ level: 'None', nonResourceURLs: ['/metrics'] }, { level: 'Metadata' }] }) } });
  await send('GET', configMaps);
  expect(await send('GET', '/api/v1/secrets')).toMatchObject({ status: 500 });
  const seen = await scrape();
  expect([seen.get('apiserver_audit_level_total{level="Metadata"}'), seen.get('apiserver_audit_level_total{level="None"}'), seen.get('apiserver_audit_requests_rejected_total')]).toEqual([2, 1, 1]);
  expect(seen.get('apiserver_audit_event_total')).toBe(events.length + 1);
});

test('admission is timed, plugin by plugin, and what it rejects apart', async () => {
  const { send, create, scrape } = await started();
  await create('a');
  await send('POST', '/api/v1/namespaces/none/configmaps', { body: JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' } }) });
  const seen = await scrape();
  const of = (name: string, rejected: boolean, type = 'admit') => seen.get(`apiserver_admission_${name === '' ? 'step_admission_duration_seconds_count{' : `controller_admission_duration_seconds_count{name="${name}",`}operation="CREATE",rejected="${rejected}",type="${type}"}`);
  expect([of('NamespaceLifecycle', false), of('NamespaceLifecycle', true), of('', false), of('', true)]).toEqual([1, 1, 1, 1]);
  expect([of('Priority', false), of('Priority', false, 'validate'), of('', false, 'validate')]).toEqual([1, 1, 1]);
});

test('flow control tells of levels, and of the flows that requests belonged to', async () => {
  const { send, scrape } = await started();
  for (let i = 0; i < 2; i++) await send('GET', configMaps, { headers: { authorization: 'Bearer alice' } });
  const seen = await scrape();
  const byFlow = (name: string, labels = 'flow_schema="global-default",priority_level="global-default"') => seen.get(`apiserver_flowcontrol_${name}{${labels}}`);
  const counted = ['dispatched_requests_total', 'request_queue_length_after_enqueue_count', 'work_estimated_seats_count', 'current_executing_requests', 'current_executing_seats', 'current_inqueue_requests', 'current_inqueue_seats'];
  expect(counted.map((name) => byFlow(name))).toEqual([2, 2, 2, 0, 0, 0, 0]);
  expect([byFlow('request_execution_seconds_count', 'flow_schema="global-default",priority_level="global-default",type="regular"'), byFlow('request_wait_duration_seconds_count', 'execute="true",flow_schema="global-default",priority_level="global-default"')]).toEqual([2, 2]);
  // the one that asks
  expect(byFlow('current_executing_requests', 'flow_schema="exempt",priority_level="exempt"')).toBe(1);
  const ofLevel = (name: string) => byFlow(name, 'priority_level="global-default"');
  expect([ofLevel('nominal_limit_seats'), ofLevel('lower_limit_seats'), ofLevel('upper_limit_seats')]).toEqual([49, 24, 649]);
});

test('requests that find no turn are counted as rejected, and why', async () => {
  const { send, scrape } = await started({ maxRequestsInFlight: 0, maxMutatingRequestsInFlight: 1, requestTimeout: 400 });
  // of 1 seat this level has lent what it has
  const alice = { headers: { authorization: 'Bearer alice' } };
  expect((await Promise.all([send('GET', configMaps, alice), send('GET', configMaps, alice)])).map(({ status }) => status)).toEqual([429, 429]);
  const seen = await scrape();
  expect(seen.get('apiserver_flowcontrol_rejected_requests_total{flow_schema="global-default",priority_level="global-default",reason="time-out"}')).toBe(2);
  expect(seen.get('apiserver_flowcontrol_request_wait_duration_seconds_count{execute="false",flow_schema="global-default",priority_level="global-default"}')).toBe(2);
});

test('what nothing was counted of yet is there, where it has no labels', async () => {
  const { send, scrape } = await started();
  await send('DELETE', '/metrics');
  const seen = await scrape();
  expect([seen.get('apiserver_audit_event_total'), seen.get('apiserver_client_certificate_expiration_seconds_count'), seen.get('etcd_lease_object_counts_count')]).toEqual([0, 0, 0]);
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
