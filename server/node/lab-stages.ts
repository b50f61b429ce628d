/** What the lab is told of besides its stages: users, and the variants that pages may ask for. */
import type { TokenUser } from '../authentication/token-file.ts';
import type { LabUser } from '../observe/lab/messages.ts';
import { restartable } from '../observe/lab/restartable.ts';
import type { RestartableStage } from '../observe/lab/restartable.ts';
import { runStage } from '../observe/lab/running-stage.ts';
import { splitVariant, variantOf } from '../observe/lab/variant.ts';
import type { ServerConfig, Stage } from '../stages/stage.ts';
import { newEmbeddedEtcd } from '../storage/etcd/embedded/embedded.ts';

/** The users that the lab tells the page of. */
export function labUsers(tokens: TokenUser[]): LabUser[] {
  return [...tokens.map(({ token, user }) => ({ name: user.name, token })), { name: 'anonymous' }];
}

/** Makes variants of these stages, each on an etcd of its own. */
export function newVariants(stages: readonly Stage[], config: ServerConfig) {
  return function vary(id: string): RestartableStage | undefined {
    const [name, edit] = splitVariant(id);
    const stage = stages.find((each) => each.name === name);
    if (!stage || edit === '') return undefined;
    const variant = variantOf(stage, edit);
    return restartable(() => runStage(variant, { ...config, etcd: newEmbeddedEtcd() }));
  };
}
