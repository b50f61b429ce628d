/** Stages as the lab runs them on this machine, and the users it tells the page of. */
import { newCodecFactory } from '../apimachinery/serializer/codec-factory.ts';
import type { TokenUser } from '../authentication/token-file.ts';
import type { LabUser } from '../observe/lab/messages.ts';
import { runStage } from '../observe/lab/running-stage.ts';
import type { RunningStage } from '../observe/lab/running-stage.ts';
import { newStoredObjectDecoder } from '../observe/lab/stored-object.ts';
import type { ServerConfig, Stage } from '../stages/stage.ts';

export function runLabStage(stage: Stage, config: ServerConfig): RunningStage {
  return runStage(stage, config, newStoredObjectDecoder(newCodecFactory(config.scheme)));
}

export function labUsers(tokens: TokenUser[]): LabUser[] {
  return [...tokens.map(({ token, user }) => ({ name: user.name, token })), { name: 'anonymous' }];
}
