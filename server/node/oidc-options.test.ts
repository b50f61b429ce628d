import { expect, test } from 'vitest';
import { parseFlags } from './flags.ts';
import { oidcFromFlags } from './oidc-options.ts';

const URL = 'https://issuer';
const read = (...args: string[]) => oidcFromFlags(parseFlags([`--oidc-issuer-url=${URL}`, '--oidc-client-id=client', ...args]));

test('without flags there is no issuer', async () => {
  expect(await oidcFromFlags(parseFlags([]))).toBeUndefined();
});

test('an issuer is believed what tokens for the client say', async () => {
  const { jwtAuthenticator, signingAlgorithms } = (await read())!;
  expect(signingAlgorithms).toEqual(['RS256']);
  expect(jwtAuthenticator).toMatchObject({ issuer: { url: URL, audiences: ['client'] }, claimMappings: { username: { claim: 'sub', prefix: `${URL}#` }, groups: { claim: '' } }, claimValidationRules: [] });
});

test.each([
  [[], 'sub', `${URL}#`],
  [['--oidc-username-claim=name'], 'name', `${URL}#`],
  [['--oidc-username-claim=email'], 'email', ''],
  [['--oidc-username-claim=email', '--oidc-username-prefix=x:'], 'email', 'x:'],
  [['--oidc-username-prefix=-'], 'sub', ''],
])('%j: the claim %s, and before it "%s"', async (args, claim, prefix) => {
  expect((await read(...args))?.jwtAuthenticator.claimMappings.username).toEqual({ claim, prefix, expression: '' });
});

test('groups, algorithms and claims that must be there', async () => {
  const { jwtAuthenticator, signingAlgorithms } = (await read('--oidc-groups-claim=roles', '--oidc-groups-prefix=g:', '--oidc-signing-algs=ES256,PS256', '--oidc-required-claim=a=b=c', '--oidc-required-claim=d=e', '--oidc-required-claim=d=f'))!;
  expect(signingAlgorithms).toEqual(['ES256', 'PS256']);
  expect(jwtAuthenticator.claimMappings.groups).toEqual({ claim: 'roles', prefix: 'g:', expression: '' });
  expect(jwtAuthenticator.claimValidationRules.map(({ claim, requiredValue }) => [claim, requiredValue])).toEqual([['a', 'b=c'], ['d', 'f']]);
});
