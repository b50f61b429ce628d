/** What a `<Request>` says, and the request that it means. */
import * as z from 'zod';
import { variantName } from '../../server/observe/lab/variant.ts';
import type { StageRequest } from '../runtime/stage-host.ts';

const requestProps = z.strictObject({
  /** Names the request in its chapter: in links to it, and for exercises. */
  id: z.string(),
  title: z.string(),
  /** The chapter's, unless it says another. */
  stage: z.string().optional(),
  /** What is changed about the stage's chain: `without withCORS`. Where it is stated the reader may state another. */
  chain: z.string().optional(),
  method: z.enum(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']).default('GET'),
  path: z.string(),
  user: z.string().optional(),
  headers: z.record(z.string(), z.string()).default({}),
  /** Text as it is, or an object that is sent as JSON. */
  body: z.union([z.string(), z.record(z.string(), z.unknown())]).optional(),
  /** The status that the answer must have, or that none comes; anything else fails the build. */
  expect: z.union([z.number(), z.literal('no answer')]).default(200),
  /** A watch: how many events must come before the recording hangs up. */
  watch: z.number().optional(),
  /** The next request is sent while this one's write is on its way to etcd. */
  meanwhile: z.boolean().optional(),
});

export type RequestProps = z.infer<typeof requestProps>;

export function checkProps(props: unknown, where: string): RequestProps {
  const parsed = requestProps.safeParse(props);
  if (parsed.success) return parsed.data;
  throw new Error(`${where}: a <Request> is not as it should be: ${parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('; ')}`);
}

/** The stage that the request goes to, by its id: the chapter's where it names none. */
export function stageOf({ stage, chain = '' }: Pick<RequestProps, 'stage' | 'chain'>, chapterStage = ''): string {
  return variantName(stage ?? chapterStage, chain);
}

export function toStageRequest({ method, path, headers, body, user }: RequestProps): StageRequest {
  const text = body === undefined || typeof body === 'string' ? body : JSON.stringify(body, null, 2);
  const typed = text !== undefined && !Object.keys(headers).some((name) => name.toLowerCase() === 'content-type');
  return {
    method,
    path,
    headers: typed ? { 'Content-Type': 'application/json', ...headers } : headers,
    ...(text !== undefined && { body: text }),
    ...(user !== undefined && { user }),
  };
}
