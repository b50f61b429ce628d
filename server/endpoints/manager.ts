/**
 * The name under which a write owns its fields: the one that it gives, else the client's program.
 *
 * Upstream: k8s.io/apiserver/pkg/endpoints/handlers/create.go (managerOrUserAgent, prefixFromUserAgent).
 */
import type { Request } from 'express';

const MAX_LENGTH = 128;

export function managerOrUserAgent(manager: string, req: Request): string {
  if (manager !== '') return manager;
  const program = (req.headers['user-agent'] ?? '').split('/', 1)[0]!;
  return [...program].filter((c) => c === ' ' || !/[\p{C}\p{Z}]/u.test(c)).join('').slice(0, MAX_LENGTH);
}
