/** The handle on the measured process. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Answers, Count, Cpu, Memory, Question, Served } from './messages.ts';

const program = fileURLToPath(new URL('./server.ts', import.meta.url));

export interface MeasuredServer {
  url: string;
  http2URL: string;
  token: string;
  /** Processor time used so far, in microseconds. */
  cpu(): Promise<number>;
  memory(): Promise<Memory>;
  /** How often such a text has been made into JSON since this was last asked; what is counted costs time. */
  serializations(of: string): Promise<number>;
  /** Stores copies of an object, with the numbers `from` up to `to`. */
  fill(copies: { resource: string; object: string; from: number; to: number }): Promise<void>;
  /** Bare Express writes one event to all watchers. */
  event(): Promise<void>;
  /** Bare Express answers lists with the same bytes as another server. */
  answerListOf(server: MeasuredServer, path: string): Promise<void>;
  stop(): Promise<void>;
}

/** The API server, or with `answers` bare Express answering the same. */
export async function startMeasured(answers?: Answers | 'slow', execArgv: string[] = []): Promise<MeasuredServer> {
  const child = fork(program, { execArgv: ['--expose-gc', ...execArgv] });
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
  const { port, http2Port, token } = await ask<Served>(answers === 'slow' ? { ask: 'slow apiserver' } : answers ? { ask: 'express', answers } : { ask: 'apiserver' });
  return {
    url: `http://127.0.0.1:${port}`,
    http2URL: `http://127.0.0.1:${http2Port}`,
    token,
    cpu: async () => (await ask<Cpu>({ ask: 'cpu' })).micros,
    memory: () => ask<Memory>({ ask: 'memory' }),
    serializations: async (of) => (await ask<Count>({ ask: 'serializations', of })).count,
    fill: async (copies) => void (await ask<Count>({ ask: 'fill', ...copies })),
    event: async () => void (await ask<Cpu>({ ask: 'event' })),
    answerListOf: async ({ url, token }, path) => void (await ask<Cpu>({ ask: 'list', url: `${url}${path}`, token })),
    async stop() {
      const gone = once(child, 'exit');
      child.disconnect();
      await gone;
    },
  };
}
