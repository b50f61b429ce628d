/** Where a group version is served: `/api/v1`, `/apis/apps/v1`. */
import type { GroupVersion } from '../apimachinery/types.ts';

export function apiPath({ group, version }: GroupVersion): string {
  return group === '' ? `/api/${version}` : `/apis/${group}/${version}`;
}
