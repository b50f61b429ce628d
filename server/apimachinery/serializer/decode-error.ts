/**
 * Bytes that are not an object of a known kind.
 *
 * Upstream: the errors and the group, version and kind that runtime.Decoder's Decode returns together;
 * k8s.io/apimachinery/pkg/runtime/error.go.
 */
import type { GroupVersionKind } from '../types.ts';
import { formatGroupVersion } from '../types.ts';

export class DecodeError extends Error {
  override name = 'DecodeError';
  /** What the bytes said they were, as far as that was read. */
  readonly gvk: GroupVersionKind | undefined;

  constructor(message: string, gvk?: GroupVersionKind) {
    super(message);
    this.gvk = gvk;
  }
}

/** `scheme` is where upstream makes the scheme that the kind was looked for in. */
export function newNotRegistered(gvk: GroupVersionKind, scheme = 'pkg/api/legacyscheme/scheme.go:30'): DecodeError {
  const message = `no kind "${gvk.kind}" is registered for version "${formatGroupVersion(gvk)}" in scheme "${scheme}"`;
  return new DecodeError(message, gvk);
}

export function newMissingKind(data: string, gvk: GroupVersionKind): DecodeError {
  return new DecodeError(`Object 'Kind' is missing in '${data}'`, gvk);
}

export function newMissingVersion(data: string, gvk: GroupVersionKind): DecodeError {
  return new DecodeError(`Object 'apiVersion' is missing in '${data}'`, gvk);
}

/** Runs a step of decoding; whatever it throws then says what was being decoded. */
export function decoding<T>(gvk: GroupVersionKind | undefined, step: () => T): T {
  try {
    return step();
  } catch (err) {
    if (err instanceof DecodeError) throw err;
    const message = isStackOverflow(err) ? 'exceeded max depth' : err instanceof Error ? err.message : String(err);
    throw new DecodeError(message, gvk);
  }
}

/** What is nested too deep for our stack throws so, in V8's and JavaScriptCore's words, and in SpiderMonkey's. */
export function isStackOverflow(err: unknown): boolean {
  return err instanceof Error && /^Maximum call stack size exceeded|^too much recursion/.test(err.message);
}
