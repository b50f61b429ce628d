/**
 * The OpenAPI 2 document as protobuf: what kubectl asks for when it validates a List, and before v1.27 always.
 *
 * Upstream: k8s.io/kube-openapi/pkg/handler (ToProtoBinary), github.com/google/gnostic-models/openapiv2. Leaves out the
 * messages and fields that our document has no use for.
 */
import protobuf from 'protobufjs/minimal.js';
import type { Writer } from 'protobufjs/minimal.js';

/** Writes a value as the field of that number. */
type Field = (writer: Writer, number: number, value: unknown) => void;

interface Message {
  [name: string]: [number, Field];
}

interface Others {
  /** Number of the field of `x-` keys. */
  extensions?: number;
  /** Where all other keys are names: the number of their field, and what they name. */
  named?: [number, Field];
}

const delimited = 2;
const varint = 0;

const string: Field = (writer, number, value) => void writer.uint32((number << 3) | delimited).string(String(value));
const bool: Field = (writer, number, value) => void writer.uint32((number << 3) | varint).bool(value === true);
const each = (field: Field): Field => (writer, number, value) => {
  for (const element of Array.isArray(value) ? value : [value]) field(writer, number, element);
};

function message(fields: Message | (() => Message), { extensions, named }: Others = {}): Field {
  return (writer, number, value) => {
    const known = typeof fields === 'function' ? fields() : fields;
    writer.uint32((number << 3) | delimited).fork();
    for (const [name, inner] of Object.entries(isObject(value) ? value : {})) {
      const field = Object.hasOwn(known, name) ? known[name] : undefined;
      if (field) field[1](writer, field[0], inner);
      else if (name.startsWith('x-') && extensions) pair(any)(writer, extensions, [name, inner]);
      else if (named) pair(named[1])(writer, named[0], [name, inner]);
    }
    writer.ldelim();
  };
}

/** NamedSchema, NamedAny and their like: a name and a value. */
const pair = (value: Field): Field => (writer, number, of) => {
  const [name, inner] = of as [string, unknown];
  writer.uint32((number << 3) | delimited).fork();
  string(writer, 1, name);
  value(writer, 2, inner);
  writer.ldelim();
};

/** A message with one field, in which the value stands. */
const inside = (number: number, field: Field): Field => (writer, outer, value) => {
  writer.uint32((outer << 3) | delimited).fork();
  field(writer, number, value);
  writer.ldelim();
};

/** Any of gnostic holds YAML, of which JSON is a part. */
const any = inside(2, (writer, number, value) => string(writer, number, JSON.stringify(value)));
const map = (number: number, field: Field) => message({}, { named: [number, field] });

const schema: Field = message(
  () => ({
    ...{ $ref: [1, string], format: [2, string], title: [3, string], description: [4, string], default: [5, any], pattern: [13, string], uniqueItems: [16, bool], required: [19, each(string)], enum: [20, each(any)] },
    ...{ additionalProperties: [21, inside(1, schema)], type: [22, inside(1, each(string))], items: [23, inside(1, schema)], allOf: [24, each(schema)], properties: [25, map(1, schema)] },
  }),
  { extensions: 31 },
);

const bodyParameter = message({ description: [1, string], name: [2, string], in: [3, string], required: [4, bool], schema: [5, schema] });
const queryParameter = message({ required: [1, bool], in: [2, string], description: [3, string], name: [4, string], type: [6, string], format: [7, string], pattern: [17, string], uniqueItems: [20, bool] });
const pathParameter = message({ required: [1, bool], in: [2, string], description: [3, string], name: [4, string], type: [5, string], format: [6, string], pattern: [16, string], uniqueItems: [19, bool] });

/** ParametersItem, Parameter and NonBodyParameter choose by where the parameter stands. */
const parameter: Field = (writer, number, value) => {
  const where = isObject(value) ? value.in : undefined;
  if (where === 'body') inside(1, inside(1, bodyParameter))(writer, number, value);
  else inside(1, inside(2, where === 'query' ? inside(3, queryParameter) : inside(4, pathParameter)))(writer, number, value);
};

const response = message({ description: [1, string], schema: [2, inside(1, schema)] });
const operation = message(
  {
    ...{ tags: [1, each(string)], description: [3, string], operationId: [5, string], produces: [6, each(string)], consumes: [7, each(string)] },
    ...{ parameters: [8, each(parameter)], responses: [9, map(1, inside(1, response))], schemes: [10, each(string)] },
  },
  { extensions: 13 },
);
const pathItem = message({ get: [2, operation], put: [3, operation], post: [4, operation], delete: [5, operation], options: [6, operation], head: [7, operation], patch: [8, operation], parameters: [9, each(parameter)] });

const apiKey = message({ type: [1, string], name: [2, string], in: [3, string], description: [4, string] });
const document: Message = {
  ...{ swagger: [1, string], info: [2, message({ title: [1, string], version: [2, string] })], paths: [8, map(2, pathItem)], definitions: [9, map(1, schema)] },
  ...{ security: [12, each(map(1, inside(1, each(string))))], securityDefinitions: [13, map(1, inside(2, apiKey))] },
};

/** The bytes of an openapi.v2.Document. */
export function encodeSwagger(swagger: object): Uint8Array<ArrayBuffer> {
  const writer = protobuf.Writer.create();
  for (const [name, value] of Object.entries(swagger)) {
    const field = Object.hasOwn(document, name) ? document[name] : undefined;
    if (field) field[1](writer, field[0], value);
  }
  return new Uint8Array(writer.finish());
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
