/**
 * `/.well-known/openid-configuration` and `/openid/v1/jwks`: with them anybody can check a service account's token
 * without asking this server about each.
 *
 * Upstream: pkg/routes/openidmetadata.go, pkg/serviceaccount/openidmetadata.go. Leaves out keys that change while the
 * server runs, and `--service-account-jwks-uri`.
 */
import type { Response } from 'express';
import type { ServiceAccountKeys } from '../authentication/service-account/keys.ts';
import { WebService } from './web-service.ts';

const OPENID_CONFIG_PATH = '/.well-known/openid-configuration';
const JWKS_PATH = '/openid/v1/jwks';
const JWKS_TYPE = 'application/jwk-set+json';

export interface OpenIDMetadata {
  issuer: string;
  keys: Pick<ServiceAccountKeys, 'publicKeys'>;
}

/** None for an issuer that OpenID cannot name. */
export function newOpenIDServices({ issuer, keys }: OpenIDMetadata, externalAddress: string): WebService[] {
  if (!isIssuerURL(issuer)) return [];
  const jwks = async () => (await keys.publicKeys()).map(({ jwk }) => jwk);
  return [
    newService(OPENID_CONFIG_PATH, 'getServiceAccountIssuerOpenIDConfiguration', 'application/json', async () => ({
      issuer,
      jwks_uri: `https://${externalAddress}${JWKS_PATH}`,
      response_types_supported: ['id_token'],
      subject_types_supported: ['public'],
      id_token_signing_alg_values_supported: [...new Set((await jwks()).map(({ alg }) => alg))].sort(),
    })),
    newService(JWKS_PATH, 'getServiceAccountIssuerOpenIDKeyset', JWKS_TYPE, async () => ({ keys: await jwks() })),
  ];
}

function newService(path: string, operation: string, type: string, document: () => Promise<object>): WebService {
  const service = new WebService(path);
  const serveOpenID = async (_req: unknown, res: Response) => {
    const body = JSON.stringify(await document());
    res.setHeader('Content-Type', type);
    res.setHeader('Cache-Control', 'public, max-age=3600');
    res.end(body);
  };
  service.route({ method: 'GET', path: '/', operation, produces: [type], to: serveOpenID });
  return service;
}

function isIssuerURL(issuer: string): boolean {
  const url = URL.canParse(issuer) ? new URL(issuer) : undefined;
  return url?.protocol === 'https:' && url.search === '' && url.hash === '';
}
