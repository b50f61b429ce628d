import { afterAll, beforeAll, expect, test } from 'vitest';
import { newServiceAccountKeys } from '../authentication/service-account/keys.ts';
import { newOpenIDServices } from './openid-metadata.ts';
import { PathRecorderMux } from './path-recorder-mux.ts';
import { type Server, serve } from './serve.test-util.ts';

const ISSUER = 'https://issuer.example';
const { privateKey } = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, ['sign', 'verify']);
const keys = newServiceAccountKeys({ signingKey: await crypto.subtle.exportKey('jwk', privateKey), publicKeys: [] });
const mux = new PathRecorderMux();
let server: Server;

beforeAll(async () => {
  for (const service of newOpenIDServices({ issuer: ISSUER, keys }, 'here:6443')) mux.mount(service);
  server = await serve(mux.handler);
});
afterAll(() => server.close());

const get = async (path: string) => {
  const res = await fetch(server.url + path);
  return [res.headers.get('Content-Type'), res.headers.get('Cache-Control'), await res.json()];
};

test('says who issues tokens, and where their keys are', async () => {
  expect(await get('/.well-known/openid-configuration')).toEqual([
    'application/json',
    'public, max-age=3600',
    { issuer: ISSUER, jwks_uri: 'https://here:6443/openid/v1/jwks', response_types_supported: ['id_token'], subject_types_supported: ['public'], id_token_signing_alg_values_supported: ['ES256'] },
  ]);
});

test('publishes the public keys', async () => {
  const [{ jwk } = { jwk: undefined }] = await keys.publicKeys();
  expect(await get('/openid/v1/jwks')).toEqual(['application/jwk-set+json', 'public, max-age=3600', { keys: [jwk] }]);
  expect(jwk).not.toHaveProperty('d');
});

test('lists both among the paths', () => {
  expect(mux.listedPaths()).toEqual(['/.well-known/openid-configuration', '/openid/v1/jwks']);
});

test.each(['kubernetes', 'http://issuer.example', 'https://issuer.example?x=y', 'https://issuer.example#x'])('has neither for the issuer %s', (issuer) => {
  expect(newOpenIDServices({ issuer, keys }, 'here:6443')).toEqual([]);
});
