/** Objects as traces may show them: what is secret stays out. */
import type { RequestContext } from '../http/context.ts';
import { secretFields } from '../observe/secrets.ts';
import { snapshot } from '../observe/tracing.ts';

export function snapshotObject(ctx: RequestContext, name: string, obj: { kind: string }): void {
  snapshot(ctx, name, () => withoutSecrets(obj));
}

function withoutSecrets(obj: { kind: string }): object {
  const hidden = (secretFields[obj.kind] ?? []).filter((field) => field in obj);
  return hidden.length === 0 ? obj : { ...obj, ...Object.fromEntries(hidden.map((field) => [field, '(not shown)'])) };
}
