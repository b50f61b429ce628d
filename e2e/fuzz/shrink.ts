/** The same fault from less: headers, parameters, fields and bytes that do not matter are left out. */
import { isObject } from './values.ts';
import type { FuzzRequest } from './request.ts';

/** Tries ever smaller requests for as long as one still fails. */
export async function shrink(request: FuzzRequest, fails: (request: FuzzRequest) => Promise<boolean>, tries = 200): Promise<FuzzRequest> {
  let smallest = request;
  for (let again = true; again; ) {
    again = false;
    for (const candidate of smaller(smallest)) {
      if (tries-- <= 0) return smallest;
      if (!(await fails(candidate))) continue;
      smallest = candidate;
      again = true;
      break;
    }
  }
  return smallest;
}

function* smaller(request: FuzzRequest): Generator<FuzzRequest> {
  for (let i = 0; i < request.headers.length; i++) yield { ...request, headers: request.headers.toSpliced(i, 1) };
  const [path = '', query = ''] = request.target.split('?', 2);
  const params = query === '' ? [] : query.split('&');
  for (let i = 0; i < params.length; i++) yield { ...request, target: [path, params.toSpliced(i, 1).join('&')].filter(Boolean).join('?') };
  for (const body of smallerBodies(request.body)) yield { ...request, body };
}

function* smallerBodies(body: Uint8Array): Generator<Uint8Array> {
  if (body.length === 0) return;
  const value = jsonOf(body);
  if (value !== undefined) for (const less of smallerValues(value)) yield new TextEncoder().encode(JSON.stringify(less));
  else for (const half of [body.subarray(0, body.length / 2), body.subarray(body.length / 2)]) if (half.length < body.length) yield half;
}

function jsonOf(body: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(body));
  } catch {
    return undefined;
  }
}

/** The value without one of its fields or items, the outer ones first. */
function* smallerValues(value: unknown): Generator {
  if (!isObject(value) && !Array.isArray(value)) return;
  const without = (key: string) => (Array.isArray(value) ? value.toSpliced(Number(key), 1) : Object.fromEntries(Object.entries(value).filter(([known]) => known !== key)));
  const withInner = (key: string, inner: unknown) => (Array.isArray(value) ? value.with(Number(key), inner) : { ...value, [key]: inner });
  for (const key of Object.keys(value)) yield without(key);
  for (const [key, inner] of Object.entries(value)) for (const less of smallerValues(inner)) yield withInner(key, less);
}
