/** What each function of ours stands for upstream, for the traces of live requests. */
import { upstreamLinks } from '../build/code-map.ts';

export function GET(): Response {
  return Response.json(Object.fromEntries(Object.entries(upstreamLinks()).filter(([, links]) => Object.keys(links).length > 0)));
}
