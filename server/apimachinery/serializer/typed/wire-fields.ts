/**
 * Which field of a struct each number of its message stands for. Messages know two things that JSON does not: structs
 * that Go embeds are messages of their own, and so is a list that is the value of a map (`ExtraValue`).
 *
 * Upstream: the protobuf tags in types.go, generated.proto.
 */
import type { ProtobufNode } from '../../facts/facts.ts';
import type { Field, Wire, WireField } from './go-type.ts';

/** The message that carries a type, by its schema's name. */
export function messageNode(root: ProtobufNode, schemaName: string): ProtobufNode | undefined {
  const path = schemaName.replace(/^io\.k8s\./, 'k8s.io.').replaceAll('-', '_').split('.');
  return path.reduce<ProtobufNode | undefined>((node, part) => node?.nested?.[part], root);
}

/** `x-kubernetes-list-type` is `xKubernetesListType` on the wire, `uid` `uID`. */
const plain = (name: string) => name.toLowerCase().replace(/[^a-z0-9]/g, '');

/** The numbers of a message in ascending order; what of them no field of the struct answers to is left out. */
export function wireFields(root: ProtobufNode, schemaName: string, byName: Map<string, Field>): Wire {
  const fields = new Map([...byName].map(([name, field]) => [plain(name), field]));
  return fieldsOf(root, schemaName, fields);
}

function fieldsOf(root: ProtobufNode, messageName: string, fields: Map<string, Field>): Wire {
  const out: [id: number, field: WireField][] = [];
  for (const [name, { type, id, rule }] of Object.entries(messageNode(root, messageName)?.fields ?? {})) {
    const field = fields.get(plain(name));
    if (field) {
      out.push([id, { is: field.type.kind === 'slice' && rule !== 'repeated' ? 'wrapped' : 'field', field }]);
      continue;
    }
    const embedded = type.includes('.') ? type : messageName.replace(/[^.]+$/, type);
    if (messageNode(root, embedded)?.fields) out.push([id, { is: 'embedded', wire: fieldsOf(root, embedded, fields) }]);
  }
  return new Map(out.sort(([a], [b]) => a - b));
}
