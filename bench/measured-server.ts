/** The handle on the measured process. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Answers, Cpu, Question, Served } from './messages.ts';

const program = fileURLToPath(new URL('./server.ts', import.meta.url));

export interface MeasuredServer {
  url: string;
  token: string;
  /** Processor time used so far, in microseconds. */
  cpu(): Promise<number>;
  /** Bare Express writes one event to all watchers. */
  event(): Promise<void>;
  stop(): Promise<void>;
}

/** The API server, or with `answers` bare Express answering the same. */
export async function startMeasured(answers?: Answers | 'slow', execArgv: string[] = []): Promise<MeasuredServer> {
  const child = fork(program, { execArgv });
  const ended = once(child, 'exit').then(([code]) => {
    throw new Error(`the measured server ended: ${code}`);
  });
  ended.catch(() => undefined);
  async function ask<T>(question: Question): Promise<T> {
    const answered = new Promise<[T]>((resolve) => child.once('message', (answer) => resolve([answer as T])));
    child.send(question);
    const [answer] = await Promise.race([answered, ended]);
    return answer;
  }
  const { port, token } = await ask<Served>(answers === 'slow' ? { ask: 'slow apiserver' } : answers ? { ask: 'express', answers } : { ask: 'apiserver' });
  return {
    url: `http://127.0.0.1:${port}`,
    token,
    cpu: async () => (await ask<Cpu>({ ask: 'cpu' })).micros,
    event: async () => void (await ask<Cpu>({ ask: 'event' })),
    async stop() {
      const gone = once(child, 'exit');
      child.disconnect();
      await gone;
    },
  };
}
