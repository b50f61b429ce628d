/** An issuer of OpenID Connect: oidc-provider, over HTTPS on loopback, and a user who logs in at it without a browser. */
import { once } from 'node:events';
import { createServer } from 'node:https';
import type { Server } from 'node:https';
import { Agent, request } from 'node:https';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import type { CryptoKey, JWK } from 'jose';
import Provider from 'oidc-provider';

export const CLIENT = 'kubectl';
const REDIRECT = 'https://127.0.0.1/callback';

export interface SigningKey {
  privateKey: CryptoKey;
  jwk: JWK;
}

export interface TestIssuer {
  url: string;
  /** Starts it, or starts it anew with other keys, on its port. */
  start(key: SigningKey): Promise<void>;
  stop(): Promise<void>;
  /** The ID token of a user who has typed a name and a password, and has agreed. */
  login(user: string): Promise<string>;
}

export async function newSigningKey(kid: string, alg = 'RS256'): Promise<SigningKey> {
  const { privateKey } = await generateKeyPair(alg, { extractable: true });
  return { privateKey, jwk: { ...(await exportJWK(privateKey)), kid, alg, use: 'sig' } };
}

export function sign({ privateKey, jwk }: SigningKey, claims: Record<string, unknown>): Promise<string> {
  return new SignJWT(claims).setProtectedHeader({ alg: jwk.alg ?? '', ...(jwk.kid && { kid: jwk.kid }) }).sign(privateKey);
}

/** Claims of each user, by name. */
export async function newTestIssuer({ cert, key, ca }: { cert: string; key: string; ca: string }, users: Record<string, object>): Promise<TestIssuer> {
  let server: Server | undefined;
  const port = await freePort();
  const url = `https://127.0.0.1:${port}`;
  const agent = new Agent({ ca, keepAlive: false });

  async function stop(): Promise<void> {
    if (!server) return;
    const closed = once(server, 'close');
    server.closeAllConnections();
    server.close();
    await closed;
    server = undefined;
  }

  return {
    url,
    stop,
    async start({ jwk }) {
      await stop();
      const provider = new Provider(url, {
        clients: [{ client_id: CLIENT, token_endpoint_auth_method: 'none', redirect_uris: [REDIRECT] }],
        jwks: { keys: [jwk] },
        cookies: { keys: ['of these tests'] },
        pkce: { required: () => false },
        conformIdTokenClaims: false,
        claims: { openid: ['sub', 'groups', 'email', 'email_verified', 'tenant'] },
        findAccount: (_ctx: unknown, sub: string) => users[sub] && { accountId: sub, claims: () => ({ sub, ...users[sub] }) },
      });
      server = createServer({ cert, key }, provider.callback());
      server.listen(port, '127.0.0.1');
      await once(server, 'listening');
    },
    async login(user) {
      const cookies = new Map<string, string>();
      const visit = (at: string, form?: Record<string, string>) => exchange(new URL(at, url), agent, cookies, form);
      let answer = await visit(`/auth?client_id=${CLIENT}&response_type=code&scope=openid&redirect_uri=${encodeURIComponent(REDIRECT)}`);
      const forms: Record<string, string>[] = [{ prompt: 'login', login: user, password: 'any' }, { prompt: 'consent' }];
      for (const form of forms) {
        answer = await visit(answer.location);
        const [, action = ''] = /<form[^>]* action="([^"]*)"/.exec(answer.body) ?? [];
        answer = await visit((await visit(action, form)).location);
      }
      const code = new URL(answer.location).searchParams.get('code') ?? '';
      const { body } = await visit('/token', { grant_type: 'authorization_code', code, client_id: CLIENT, redirect_uri: REDIRECT });
      const { id_token: token }: { id_token?: string } = JSON.parse(body) as object;
      if (!token) throw new Error(`no token: ${body}`);
      return token;
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** As a browser would: cookies kept, a form sent where there is one. */
function exchange(at: URL, agent: Agent, cookies: Map<string, string>, form?: Record<string, string>): Promise<{ location: string; body: string }> {
  return new Promise((resolve, reject) => {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const headers = { cookie, ...(form && { 'content-type': 'application/x-www-form-urlencoded' }) };
    const req = request(at, { agent, method: form ? 'POST' : 'GET', headers }, (res) => {
      for (const set of res.headers['set-cookie'] ?? []) {
        const [, name = '', value = ''] = /^([^=]*)=([^;]*)/.exec(set) ?? [];
        cookies.set(name, value);
      }
      let body = '';
      res.on('data', (chunk: Buffer) => (body += chunk.toString()));
      res.on('end', () => resolve({ location: res.headers.location ?? '', body }));
    });
    req.on('error', reject);
    req.end(form && new URLSearchParams(form).toString());
  });
}
