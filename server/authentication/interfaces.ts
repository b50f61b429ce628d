/**
 * Who sent a request, and how a server finds out.
 *
 * Upstream: k8s.io/apiserver/pkg/authentication/user and pkg/authentication/authenticator.
 */
import type { IncomingHttpHeaders } from 'node:http';
import type { RequestContext } from '../http/context.ts';

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

/** A client's certificate, then those between it and an authority, in DER. Whoever shows it has the key; nothing else is checked. */
export type PeerCertificates = readonly Uint8Array<ArrayBuffer>[];

/** What authenticators look at; any request is one, and TokenReview makes one up. */
export interface AuthenticationRequest {
  ctx: RequestContext;
  headers: IncomingHttpHeaders;
  /** Names and values in turn, as they came; values of equal names are apart only here. */
  rawHeaders?: string[];
  url: string;
  /** What the client showed on its connection; one array for all of the requests that come over it. */
  peerCertificates?: PeerCertificates;
  /** Whom the credentials shall be meant for; the API server itself where nothing is said. */
  audiences?: readonly string[];
}

/**
 * Answers a user, undefined where the request carries nothing that this authenticator knows, or throws where it does
 * and it is wrong.
 */
export interface Authenticator {
  authenticateRequest(req: AuthenticationRequest): Promise<AuthenticatorResponse | undefined> | AuthenticatorResponse | undefined;
}

/** Knows users by a token; undefined where it does not know this one. Without audiences the API server's own are asked for. */
export interface TokenAuthenticator {
  authenticateToken(ctx: RequestContext, token: string, audiences?: readonly string[]): Promise<AuthenticatorResponse | undefined> | AuthenticatorResponse | undefined;
}

export const ALL_AUTHENTICATED = 'system:authenticated';
export const ALL_UNAUTHENTICATED = 'system:unauthenticated';
export const ANONYMOUS = 'system:anonymous';
export const PRIVILEGED_GROUP = 'system:masters';
