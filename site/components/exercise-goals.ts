/** What an exercise asks of a request: steps in its trace, its status, a key that it stored. */
import type { Exchange } from './exchange.ts';
import type { Stored } from './view/result.ts';

export interface Goals {
  /** A step that the trace must hold. */
  span?: string;
  /** A step that it must not hold. */
  without?: string;
  /** The status that the answer must have. */
  status?: number;
  /** What the answer must say, in its text. */
  answer?: string;
  /** What a stored key must hold in its name. */
  key?: string;
}

export function meets(made: Exchange & Stored, { span, without, status, answer, key }: Goals): boolean {
  const took = (step: string) => made.spans.some(({ name }) => name === step);
  return (
    (span === undefined || took(span)) &&
    // without any trace nothing is known of it
    (without === undefined || (made.spans.length > 0 && !took(without))) &&
    (status === undefined || made.status === status) &&
    // JSON writes a quotation mark with a stroke before it
    (answer === undefined || made.body.replaceAll('\\"', '"').includes(answer)) &&
    (key === undefined || (made.stored ?? []).some((item) => item.key.includes(key) && item.modRevision > (made.baseline ?? 0)))
  );
}

export function wording({ span, without, status, answer, key }: Goals): string {
  const goals = [
    status !== undefined && `an answer with status ${status}`,
    answer !== undefined && `an answer that says “${answer}”`,
    span !== undefined && `a trace with the step “${span}”`,
    without !== undefined && `a trace without the step “${without}”`,
    key !== undefined && `a stored key that holds “${key}”`,
  ];
  return goals.filter((goal) => goal !== false).join(' and ');
}
