/**
 * Who sent a request, and how a server finds out.
 *
 * Upstream: k8s.io/apiserver/pkg/authentication/user and pkg/authentication/authenticator.
 */
import type { Request } from 'express';

export interface UserInfo {
  name: string;
  uid?: string;
  groups: string[];
  extra?: Record<string, string[]>;
}

export interface AuthenticatorResponse {
  user: UserInfo;
  audiences?: string[];
}

/**
 * Answers a user, undefined where the request carries nothing that this authenticator knows, or throws where it does
 * and it is wrong.
 */
export interface Authenticator {
  authenticateRequest(req: Request): Promise<AuthenticatorResponse | undefined> | AuthenticatorResponse | undefined;
}

export const ALL_AUTHENTICATED = 'system:authenticated';
export const ALL_UNAUTHENTICATED = 'system:unauthenticated';
export const ANONYMOUS = 'system:anonymous';
export const PRIVILEGED_GROUP = 'system:masters';
