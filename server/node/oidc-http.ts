/**
 * How issuers of JSON web tokens are asked: over HTTPS, with their own authorities where they are named.
 *
 * Upstream: the client of New in k8s.io/apiserver/plugin/pkg/authenticator/token/oidc/oidc.go.
 */
import { STATUS_CODES } from 'node:http';
import * as https from 'node:https';
import type { HTTPGet } from '../authentication/oidc/provider.ts';
import { get } from './webhook-post.ts';

const TIMEOUT = 30_000;

export function newHTTPGet(certificateAuthority: string): HTTPGet {
  const agent = new https.Agent({ keepAlive: true, ...(certificateAuthority !== '' && { ca: certificateAuthority }) });
  return async function httpGet(url, headers = {}) {
    const answer = await get(new URL(url), { agent, credentials: headers }, AbortSignal.timeout(TIMEOUT));
    return { ...answer, statusText: STATUS_CODES[answer.status] ?? '' };
  };
}
