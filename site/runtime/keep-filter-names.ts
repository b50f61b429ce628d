/**
 * Keeps the names of filters through minification: a filter's name is what its span is called. Keeping the names of all
 * functions would cost a twentieth of the worker.
 */
import type { Plugin } from 'vite';

interface Node {
  type: string;
  start: number;
  end: number;
  argument?: Node | null;
  id?: { name: string } | null;
  body?: Node | Node[];
  declaration?: Node | null;
}

/** The functions that the factories of a filter's file return. */
function returnedFunctions(program: Node): Node[] {
  const statements = (node: Node | Node[] | undefined): Node[] => (Array.isArray(node) ? node : node?.body ? statements(node.body) : []);
  const factories = statements(program).flatMap(({ declaration }) => (declaration?.type === 'FunctionDeclaration' ? [declaration] : []));
  return factories
    .flatMap((factory) => statements(factory.body))
    .flatMap(({ type, argument }) => (type === 'ReturnStatement' && argument?.type === 'FunctionExpression' && argument.id ? [argument] : []));
}

export function keepFilterNames(): Plugin {
  return {
    name: 'journey:keep-filter-names',
    transform(code, id) {
      if (!/\/server\/filters\/with-[^/]+\.ts$/.test(id)) return undefined;
      let named = code;
      // from the end, so that positions stay true
      for (const { start, end, id: name } of returnedFunctions(this.parse(code) as unknown as Node).reverse()) {
        named = `${named.slice(0, start)}Object.defineProperty(${named.slice(start, end)}, 'name', { value: '${name?.name}' })${named.slice(end)}`;
      }
      return { code: named, map: null };
    },
  };
}
