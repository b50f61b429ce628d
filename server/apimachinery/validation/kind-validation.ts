/** What a kind's objects have to pass. */
import type { FieldError } from '../field.ts';
import type { KubeObject } from '../types.ts';

export type ValidateUpdateFunc = (obj: KubeObject, old: KubeObject) => FieldError[];

export interface KindValidation {
  validate(obj: KubeObject): FieldError[];
  /** Everything that an update has to pass, `validate` included where upstream runs it again. */
  validateUpdate(obj: KubeObject, old: KubeObject): FieldError[];
  /** What a write through a subresource has to pass, by its name. */
  subresources?: Readonly<Record<string, ValidateUpdateFunc>>;
}
