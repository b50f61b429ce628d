/** Objects as traces may show them: what is secret stays out. */
import type { KubeObject } from '../apimachinery/types.ts';
import type { RequestContext } from '../http/context.ts';
import { snapshot } from '../observe/tracing.ts';

/** Fields that nobody but their readers in the API should see, by kind. */
const SECRET: Record<string, string[]> = { Secret: ['data', 'stringData'], TokenReview: ['spec'], TokenRequest: ['status'] };

export function snapshotObject(ctx: RequestContext, name: string, obj: { kind: string }): void {
  snapshot(ctx, name, () => withoutSecrets(obj));
}

/** Whether a change to this kind may hold what its objects keep secret. */
export function holdsSecrets({ kind }: Pick<KubeObject, 'kind'>): boolean {
  return kind in SECRET;
}

function withoutSecrets(obj: { kind: string }): object {
  const hidden = (SECRET[obj.kind] ?? []).filter((field) => field in obj);
  return hidden.length === 0 ? obj : { ...obj, ...Object.fromEntries(hidden.map((field) => [field, '(not shown)'])) };
}
