/**
 * Which field of a struct each number of its message stands for. Messages know two things that JSON does not: structs
 * that Go embeds are messages of their own, and so is a list that is the value of a map (`ExtraValue`).
 *
 * Upstream: the protobuf tags in types.go, generated.proto.
 */
import type { WireNumbers } from '../../facts/facts.ts';
import type { Field, Wire, WireField } from './go-type.ts';

type Message = WireNumbers[string];

/** The message that carries a type, by its schema's name. */
export function messageOf(messages: WireNumbers, schemaName: string): Message | undefined {
  return messages[schemaName.replace(/^io\.k8s\./, '').replaceAll('-', '_')];
}

/** `x-kubernetes-list-type` is `xKubernetesListType` on the wire, `uid` `uID`. */
const plain = (name: string) => name.toLowerCase().replace(/[^a-z0-9]/g, '');

/** The numbers of a message in ascending order; what of them no field of the struct answers to is left out. */
export function wireFields(messages: WireNumbers, schemaName: string, byName: Map<string, Field>): Wire {
  const fields = new Map([...byName].map(([name, field]) => [plain(name), field]));
  return fieldsOf(messages, schemaName, fields);
}

/** The fields that stand in embedded structs, with the path of these. */
export function embeddedFields(wire: Wire, path = ''): [Field, string][] {
  return [...wire.values()].flatMap((entry): [Field, string][] => {
    if (entry.is === 'embedded') return embeddedFields(entry.wire, `${path}${entry.name}.`);
    return path === '' ? [] : [[entry.field, path]];
  });
}

function fieldsOf(messages: WireNumbers, messageName: string, fields: Map<string, Field>): Wire {
  const out: [id: number, field: WireField][] = [];
  for (const [name, number] of Object.entries(messageOf(messages, messageName) ?? {})) {
    const [id, type] = typeof number === 'number' ? [number] : number;
    const field = fields.get(plain(name));
    if (field) {
      out.push([id, { is: type === '[]' ? 'wrapped' : 'field', field }]);
    } else if (type !== undefined) {
      const embedded = type.includes('.') ? type.replace(/^k8s\.io\./, 'io.k8s.') : messageName.replace(/[^.]+$/, type);
      out.push([id, { is: 'embedded', name: type.replace(/^.*\./, ''), wire: fieldsOf(messages, embedded, fields) }]);
    }
  }
  return new Map(out.sort(([a], [b]) => a - b));
}
