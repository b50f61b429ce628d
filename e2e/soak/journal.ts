/** What the clients of the soak asked and what they were told, in the one order of all that they did and heard. */
export type WriteVerb = 'create' | 'update' | 'delete';
export type Verb = WriteVerb | 'get' | 'list';

export interface Operation {
  id: number;
  verb: Verb;
  /** `default/a`; of a list the namespace: `default`. */
  key: string;
  /** Which of the servers was asked. */
  server: number;
  /** Of a write: the resourceVersion that the object had to have; undefined where any was right. */
  precondition?: number;
  /** Of a read: how old it may be; undefined where it has to be the newest. */
  version?: { notOlderThan: number } | { exactly: number };
  /** Places in the order. */
  invoked: number;
  returned: number;
  outcome: Outcome;
}

export type Outcome =
  /** `revision` and `mark` of what was written or read; of a delete only the uid is told. */
  | { type: 'ok'; revision?: number; mark?: string; uid?: string; listed?: Listed }
  | { type: 'refused'; why: 'conflict' | 'exists' | 'missing' }
  /** Nobody knows: no answer (`message` says why), or one that says so. */
  | { type: 'unknown'; status?: number; message?: string };

export interface Listed {
  /** Of each object. */
  versions: Map<string, number>;
  /** The revision that each page said it was of. */
  pages: number[];
}

export type Question = Pick<Operation, 'verb' | 'key' | 'server' | 'precondition' | 'version'>;

export interface Journal {
  readonly operations: Operation[];
  /** How many answers of each server were neither refusals nor none. */
  readonly acknowledged: number[];
  /** Asks, and notes what comes of it. */
  note(question: Question, ask: (id: number) => Promise<Outcome>): Promise<Outcome>;
}

export function newJournal(servers: number): Journal {
  const operations: Operation[] = [];
  const acknowledged = Array.from({ length: servers }, () => 0);
  let now = 0;
  return {
    operations,
    acknowledged,
    async note(question, ask) {
      const operation: Operation = { ...question, id: operations.length, invoked: now++, returned: 0, outcome: { type: 'unknown' } };
      operations.push(operation);
      const outcome = await ask(operation.id).catch((err: unknown): Outcome => ({ type: 'unknown', message: err instanceof Error && 'code' in err ? String(err.code) : String(err) }));
      operation.outcome = outcome;
      operation.returned = now++;
      if (outcome.type === 'ok') acknowledged[question.server]! += 1;
      return outcome;
    },
  };
}
