/**
 * What flow control counts: of each flow schema at its priority level as it happens, of each level when it is asked for.
 *
 * Upstream: k8s.io/apiserver/pkg/util/flowcontrol/metrics/metrics.go. Leaves out the histograms over time, the readings of
 * virtual time but R, what borrowing aims at, and how many watches writes are told to.
 */
import type { KubeRegistry } from '../observe/metrics/registry.ts';
import type { PriorityLevelState } from './priority-level-state.ts';
import { toSeconds } from './fairqueuing/seat-seconds.ts';

const durationBuckets = [0, 0.005, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30];
const queueLengthBuckets = [0, 10, 25, 50, 100, 250, 500, 1000];
const seatBuckets = [1, 2, 4, 8, 16, 32, 64, 100];

/** Of each level: the name of its gauge, what it tells, how stable it is. */
const levelGauges: [name: string, help: string, of: (state: PriorityLevelState) => number, stabilityLevel?: 'BETA'][] = [
  ['nominal_limit_seats', 'Seats of a level.', ({ limits }) => limits.nominal, 'BETA'],
  ['lower_limit_seats', 'Seats that it keeps whatever it lends.', ({ limits }) => limits.min],
  ['upper_limit_seats', 'Seats that it may have with all that it may borrow.', ({ limits }) => limits.max],
  ['current_limit_seats', 'Seats that it has for now.', ({ queues }) => queues.concurrencyLimit],
  ['demand_seats_high_watermark', 'The most seats that were asked for lately.', ({ demand }) => demand.highWatermark],
  ['demand_seats_average', 'The seats that were asked for lately, on average.', ({ demand }) => demand.average],
  ['demand_seats_stdev', 'How far that strayed from its average.', ({ demand }) => demand.deviation],
  ['demand_seats_smoothed', 'The seats that were asked for; rises at once, and falls slowly.', ({ demand }) => demand.smoothed],
  ['current_r', 'Virtual time.', ({ queues }) => toSeconds(queues.currentR)],
];

export type FlowControlMetrics = ReturnType<typeof newFlowControlMetrics>;
/** Of one flow schema. */
export type FlowMetrics = ReturnType<ReturnType<FlowControlMetrics['forLevel']>>;

export function newFlowControlMetrics(registry: KubeRegistry) {
  const opts = (name: string, help: string, stabilityLevel: 'ALPHA' | 'BETA' = 'ALPHA') => ({ name: `apiserver_flowcontrol_${name}`, help, stabilityLevel });
  const byFlow = ['priority_level', 'flow_schema'];
  const rejected = registry.counterVec(opts('rejected_requests_total', 'Requests that were rejected, and why.', 'BETA'), [...byFlow, 'reason']);
  const dispatched = registry.counterVec(opts('dispatched_requests_total', 'Requests whose turn it was.', 'BETA'), byFlow);
  const inQueue = registry.gaugeVec(opts('current_inqueue_requests', 'Requests that wait.', 'BETA'), byFlow);
  const seatsInQueue = registry.gaugeVec(opts('current_inqueue_seats', 'Seats that they wait for.'), byFlow);
  const executing = registry.gaugeVec(opts('current_executing_requests', 'Requests that are being handled; of watches, their beginnings.', 'BETA'), byFlow);
  const seatsExecuting = registry.gaugeVec(opts('current_executing_seats', 'Seats that they take.', 'BETA'), byFlow);
  const queueLengths = registry.histogramVec({ ...opts('request_queue_length_after_enqueue', 'Requests in a queue that one has just come into.'), buckets: queueLengthBuckets }, byFlow);
  const waits = registry.histogramVec({ ...opts('request_wait_duration_seconds', 'How long requests waited, and whether for their turn.', 'BETA'), buckets: durationBuckets }, [...byFlow, 'execute']);
  const executions = registry.histogramVec({ ...opts('request_execution_seconds', 'How long requests were handled; of watches, their beginnings.'), buckets: durationBuckets }, [...byFlow, 'type']);
  const estimates = registry.histogramVec({ ...opts('work_estimated_seats', 'Seats that requests were guessed to take.'), buckets: seatBuckets }, byFlow);
  const levels = levelGauges.map(([name, help, of, stability]) => ({ gauge: registry.gaugeVec(opts(name, help, stability), ['priority_level']), of }));

  return {
    forLevel(priorityLevel: string) {
      const known = new Map<string, ReturnType<typeof forFlow>>();
      function forFlow(flowSchema: string) {
        const of = [priorityLevel, flowSchema] as const;
        const waiting = inQueue.withLabelValues(...of);
        const waitingSeats = seatsInQueue.withLabelValues(...of);
        const lengths = queueLengths.withLabelValues(...of);
        const total = dispatched.withLabelValues(...of);
        const running = executing.withLabelValues(...of);
        const runningSeats = seatsExecuting.withLabelValues(...of);
        const estimate = estimates.withLabelValues(...of);
        const regular = executions.withLabelValues(...of, 'regular');
        return {
          enqueued(seats: number, queueLength: number): void {
            waiting.inc();
            waitingSeats.inc(seats);
            lengths.observe(queueLength);
          },
          dequeued(seats: number): void {
            waiting.dec();
            waitingSeats.inc(-seats);
          },
          waited: (milliseconds: number, execute: boolean) => waits.withLabelValues(...of, String(execute)).observe(milliseconds / 1000),
          rejected: (reason: 'queue-full' | 'concurrency-limit' | 'time-out') => rejected.withLabelValues(...of, reason).inc(),
          dispatched(seats: number): void {
            total.inc();
            running.inc();
            runningSeats.inc(seats);
          },
          finished(milliseconds: number, isWatch: boolean): void {
            running.dec();
            (isWatch ? executions.withLabelValues(...of, 'watch') : regular).observe(milliseconds / 1000);
          },
          released: (seats: number) => runningSeats.inc(-seats),
          estimated: (seats: number) => estimate.observe(seats),
        };
      }
      return (flowSchema: string) => {
        const flow = known.get(flowSchema) ?? forFlow(flowSchema);
        known.set(flowSchema, flow);
        return flow;
      };
    },
    /** Tells of the levels that there are by then. */
    collect(states: () => readonly PriorityLevelState[]): void {
      registry.collect(async () => {
        for (const { gauge, of } of levels) {
          gauge.reset();
          for (const state of states()) gauge.withLabelValues(state.config.name).set(of(state));
        }
      });
    },
  };
}
