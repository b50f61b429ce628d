/**
 * What it costs to wait for one's turn: the filter for a request that need not wait, beside one that lets all on: the
 * limit; and what a quiet client notices of a noisy one at the same priority level, where all requests take their time.
 */
import { ROOT_CONTEXT, trace } from '@opentelemetry/api';
import autocannon from 'autocannon';
import type { Request, Response } from 'express';
import bootstrap from '../server/apimachinery/facts/bootstrap.json' with { type: 'json' };
import type { Filter } from '../server/filters/filter.ts';
import { longRunningFunc } from '../server/filters/long-running.ts';
import { withPriorityAndFairness } from '../server/filters/with-priority-and-fairness.ts';
import { FlowController } from '../server/flowcontrol/flow-control.ts';
import { Cancellation } from '../server/http/cancellation.ts';
import { RequestContext } from '../server/http/context.ts';
import { newRequestInfoResolver } from '../server/http/request-info.ts';
import type { Measurement, Row } from './load.ts';
import { startMeasured } from './measured-server.ts';
import type { MeasuredServer } from './measured-server.ts';

const measured = 100_000;
const rounds = 5;
const inFlight = 20;
/** Microseconds of processor time that the filter may take. */
const bar = 5;

const noisyConnections = 100;
const quietRequests = 200;
/** How many times its latency alone a quiet client may have to wait beside a noisy one. */
const latencyBar = 2;

const tracer = trace.getTracer('bench');

export function turn(): Row {
  const flowControl = new FlowController({ clock: Date, serverConcurrencyLimit: 600 });
  for (const object of [...(bootstrap.flowschemas ?? []), ...(bootstrap.prioritylevelconfigurations ?? [])]) flowControl.upsert(object);
  return { what: 'whose turn is it: nobody waits', ours: cost(withPriorityAndFairness(flowControl, longRunningFunc, 15_000)), limit: cost((_req, _res, next) => next()), bar };
}

function cost(filter: Filter): Measurement {
  const url = '/api/v1/namespaces/default/pods/web';
  const requestInfo = newRequestInfoResolver({ apiPrefixes: ['api', 'apis'], grouplessAPIPrefixes: ['api'] }).resolve('GET', url);
  const user = { name: 'alice', groups: ['system:authenticated'] };
  const span = tracer.startSpan('request', {}, ROOT_CONTEXT);
  const res = { setHeader: () => undefined } as unknown as Response;
  let passed = 0;
  const next = () => void passed++;
  let least: Measurement = { perSecond: 0, cpuMicros: Infinity };
  for (let round = 0; round <= rounds; round++) {
    const [before, start] = [process.cpuUsage(), performance.now()];
    const executing: RequestContext[] = [];
    for (let n = 0; n < measured; n++) {
      const ctx = Object.assign(new RequestContext(new Cancellation(), tracer, span), { requestInfo, user });
      // as much of a request as the filter looks at
      void filter({ ctx, url } as unknown as Request, res, next);
      executing.push(ctx);
      if (executing.length > inFlight) executing.shift()?.runDeferred();
    }
    for (const ctx of executing) ctx.runDeferred();
    const { user: inUser, system } = process.cpuUsage(before);
    const cpuMicros = (inUser + system) / measured;
    // the first is for the hot code to be compiled
    if (round > 0 && cpuMicros < least.cpuMicros) least = { perSecond: (measured / (performance.now() - start)) * 1000, cpuMicros };
  }
  if (passed !== (rounds + 1) * measured) throw new Error(`${passed} of ${(rounds + 1) * measured} requests came through`);
  return least;
}

/** One line. */
export async function fairness(): Promise<string> {
  const server = await startMeasured('slow');
  const alone = await quietLatency(server);
  const noise = autocannon({ method: 'GET', url: `${server.url}/api/v1/namespaces/default`, connections: noisyConnections, headers: { authorization: 'Bearer noisy' }, duration: 600 });
  await quietLatency(server);
  const beside = await quietLatency(server);
  noise.stop();
  await noise;
  await server.stop();
  const ms = (value: number) => `${value.toFixed(1)} ms`;
  return `a quiet client waits ${ms(alone)} alone, ${ms(beside)} beside ${noisyConnections} noisy connections: ${(beside / alone).toFixed(2)} times as long, where ${latencyBar} are allowed`;
}

/** The median, in milliseconds. */
async function quietLatency({ url }: MeasuredServer): Promise<number> {
  const latencies: number[] = [];
  for (let i = 0; i < quietRequests; i++) {
    const start = performance.now();
    const response = await fetch(`${url}/api/v1/namespaces/default`, { headers: { authorization: 'Bearer quiet' } });
    await response.text();
    if (!response.ok) throw new Error(`a quiet request was answered ${response.status}`);
    latencies.push(performance.now() - start);
  }
  return latencies.toSorted((a, b) => a - b)[quietRequests >> 1]!;
}
