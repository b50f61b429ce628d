/**
 * Whose a token says it is, before anything in it is believed.
 *
 * Upstream: untrustedIssuer of k8s.io/apiserver/plugin/pkg/authenticator/token/oidc/oidc.go.
 */
import { decodePart } from './claims.ts';

export function untrustedIssuer(token: string): string | Error {
  if (token.trimStart().startsWith('{')) return new Error('token is not compact JWT');
  const parts = token.split('.');
  if (parts.length !== 3) return new Error('malformed token');
  try {
    const { iss = '' } = decodePart(parts[1] ?? '');
    if (typeof iss !== 'string') return new Error('while unmarshaling token: json: cannot unmarshal iss into Go struct field .iss of type string');
    return iss === 'accounts.google.com' ? 'https://accounts.google.com' : iss;
  } catch (err) {
    return new Error(`error decoding token: ${err instanceof Error ? err.message : String(err)}`);
  }
}
