/**
 * A request may refer to what an earlier one of its page was answered, since no chapter can know a token beforehand:
 * `Bearer $(token.status.token)` stands for a field in the answer of the request with the id `token`.
 */
import type { StageRequest } from '../runtime/stage-host.ts';

const reference = /\$\(([a-z0-9-]+)((?:\.\w+)+)\)/g;

/** `answerOf` gives the body that a request was last answered with; undefined where it has not been. */
export async function filledIn(request: StageRequest, answerOf: (id: string) => Promise<string | undefined> | string | undefined): Promise<StageRequest> {
  const texts = [request.path, request.body ?? '', ...Object.values(request.headers)];
  const values = new Map<string, string>();
  for (const [whole, id = '', path = ''] of texts.flatMap((text) => [...text.matchAll(reference)])) values.set(whole, field(await answerOf(id), path, id));
  const fill = (text: string) => text.replaceAll(reference, (whole) => values.get(whole) ?? whole);
  return {
    ...request,
    path: fill(request.path),
    headers: Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, fill(value)])),
    ...(request.body !== undefined && { body: fill(request.body) }),
  };
}

function field(answer: string | undefined, path: string, id: string): string {
  if (answer === undefined) throw new Error(`this request needs the answer of “${id}”: send that first`);
  let value: unknown;
  try {
    value = path.slice(1).split('.').reduce((at: unknown, name) => (at as Record<string, unknown> | undefined)?.[name], JSON.parse(answer));
  } catch {
    value = undefined;
  }
  if (typeof value !== 'string') throw new Error(`the answer of “${id}” has no ${path.slice(1)}`);
  return value;
}
