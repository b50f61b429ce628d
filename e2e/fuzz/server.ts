/**
 * The fuzzed process: the last stage on an embedded etcd, served as the command line serves it. Beside that it can be
 * put back to its first state, so that memory can be compared between two times at which it holds the same.
 */
import { parseFlags } from '../../server/node/flags.ts';
import { secureServingFromFlags } from '../../server/node/secure-serving.ts';
import { listenTLS } from '../../server/node/serve.ts';
import { servingCertificate } from '../../server/node/certificates.ts';
import { stderrLogger } from '../../server/node/config.ts';
import { apiserver } from '../../server/stages/apiserver.ts';
import { defaultServerConfig } from '../../server/stages/default-config.ts';
import { newEmbeddedEtcd } from '../../server/storage/etcd/embedded/embedded.ts';
import type { KeyValue } from '../../server/storage/etcd/client.ts';
import { forgetful } from './forgetful-etcd.ts';
import type { Question, Served, Settled } from './messages.ts';

const token = 'fuzz';
const etcd = forgetful(newEmbeddedEtcd());
let first: Map<string, KeyValue> | undefined;

process.on('message', (question: Question) => void answer(question).then((value) => process.send?.(value)));
// The test is over, or gone.
process.on('disconnect', () => process.exit(0));
// What is left over is counted by who reads stderr; a process that ends would hide what comes after.
process.on('unhandledRejection', (err) => console.error('unhandled rejection:', err));

async function answer(question: Question): Promise<Served | Settled> {
  return question.ask === 'serve' ? serve(question.certDir) : settle();
}

async function serve(certDir: string): Promise<Served> {
  const { cert, key, ca } = await servingCertificate(certDir, ['127.0.0.1']);
  const log = { ...stderrLogger, error: logError };
  const stage = apiserver.build(defaultServerConfig({ etcd, log, tokens: [{ token, user: { name: 'admin', uid: '1', groups: ['system:masters'] } }] }));
  const serving = await listenTLS({ port: 0, address: '127.0.0.1', ...(await secureServingFromFlags(parseFlags([]), { cert, key })) });
  serving.serve(stage.handler);
  await stage.ready;
  return { port: serving.port, ca, token };
}

/** With the stack, which says where a panic comes from. */
function logError(err: unknown, message: string, values?: object): void {
  // what `forgetful` does on purpose, and what is wrong with a token
  if (/^watch of |unexpected ListAndWatch error|^Unable to authenticate the request/.test(message)) return;
  console.error(message, values ?? '', err instanceof Error ? err.stack : err);
}

async function settle(): Promise<Settled> {
  const { kvs } = await all();
  if (first === undefined) first = new Map(kvs.map((kv) => [kv.key, kv]));
  else await restore(first, kvs);
  await etcd.forget();
  // the reflectors wait a second before they read again, and an answer's timers run out
  await new Promise((resolve) => setTimeout(resolve, 2500));
  for (let n = 0; n < 3; n++) {
    globalThis.gc?.();
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  const { heapUsed, external } = process.memoryUsage();
  return { used: heapUsed + external, stored: (await all()).kvs.length, polluted: [Object.prototype, Array.prototype, Function.prototype].flatMap(Object.keys) };
}

const all = () => etcd.range({ key: '/', rangeEnd: '0' });

async function restore(wanted: ReadonlyMap<string, KeyValue>, kvs: readonly KeyValue[]): Promise<void> {
  const put = async (key: string, value: Uint8Array) => etcd.txn({ compare: [], success: [{ op: 'put', key, value }], failure: [] });
  for (const { key } of kvs) if (!wanted.has(key)) await etcd.txn({ compare: [], success: [{ op: 'deleteRange', key }], failure: [] });
  const held = new Map(kvs.map((kv) => [kv.key, kv]));
  for (const [key, { value }] of wanted) if (!sameBytes(held.get(key)?.value, value)) await put(key, value);
}

function sameBytes(a: Uint8Array | undefined, b: Uint8Array): boolean {
  return a !== undefined && Buffer.compare(a, b) === 0;
}
