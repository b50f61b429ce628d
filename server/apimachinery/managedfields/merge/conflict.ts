/**
 * What an apply would take from others.
 *
 * Upstream: sigs.k8s.io/structured-merge-diff/v6/merge/conflict.go and
 * k8s.io/apimachinery/pkg/util/managedfields/internal/conflict.go. Managers stand in order.
 */
import { newApplyConflict } from '../../../http/status.ts';
import type { StatusError } from '../../../http/status.ts';
import { quote } from '../../quote.ts';
import type { Path } from '../fieldpath/path-element.ts';
import { formatPath } from '../fieldpath/path-element.ts';
import type { FieldSet } from '../fieldpath/set.ts';
import { intersection, paths } from '../fieldpath/set.ts';
import type { Managed, Manager } from '../managed.ts';

export interface Conflict {
  readonly manager: Manager;
  readonly path: Path;
}

export class Conflicts extends Error {
  readonly conflicts: readonly Conflict[];

  constructor(conflicts: readonly Conflict[]) {
    super(messageOf(conflicts));
    this.conflicts = conflicts;
  }

  toStatusError(): StatusError {
    const causes = this.conflicts.map(({ manager, path }) => ({
      reason: 'FieldManagerConflict',
      message: `conflict with ${printManager(manager)}`,
      field: formatPath(path),
    }));
    return newApplyConflict(causes, this.message);
  }
}

/** The paths of each manager that are among those written, as the manager's version names them. */
export function conflictsFromManagers(managed: Managed, writtenIn: (apiVersion: string) => FieldSet): Conflict[] {
  const inOrder = [...managed].sort(([a], [b]) => (a < b ? -1 : 1));
  return inOrder.flatMap(([, manager]) => [...paths(intersection(manager.set, writtenIn(manager.apiVersion)))].map((path) => ({ manager, path })));
}

function messageOf(conflicts: readonly Conflict[]): string {
  const [first] = conflicts;
  if (first && conflicts.length === 1) return `Apply failed with 1 conflict: conflict with ${printManager(first.manager)}: ${formatPath(first.path)}`;
  const lines: string[] = [];
  let of: Manager | undefined;
  for (const { manager, path } of conflicts) {
    if (manager !== of) lines.push(`conflicts with ${printManager(manager)}:`);
    of = manager;
    lines.push(`- ${formatPath(path)}`);
  }
  return `Apply failed with ${conflicts.length} conflicts: ${lines.join('\n')}`;
}

function printManager({ manager = '', operation, apiVersion, subresource }: Manager): string {
  const name = quote(manager) + (subresource ? ` with subresource ${quote(subresource)}` : '');
  return operation === 'Update' ? `${name} using ${apiVersion}` : name;
}
