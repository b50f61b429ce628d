/**
 * From claims to a user, and whether claims and user are as they must be.
 *
 * Upstream: getUsername, getGroups, getUID, getExtra and the validation rules of
 * k8s.io/apiserver/plugin/pkg/authenticator/token/oidc/oidc.go.
 */
import { isList } from '../../cel/values.ts';
import type { Value } from '../../cel/values.ts';
import type { Activation } from '../../cel/program.ts';
import type { UserInfo } from '../interfaces.ts';
import { credentialIDForJTI } from '../service-account.ts';
import { boolClaim, claimsValue, hasClaim, stringClaim, stringsClaim, userInfoValue } from './claims.ts';
import type { Claims } from './claims.ts';
import { bindValue, evaluate } from './compiler.ts';
import type { CELMapper, Expression, Rule } from './compiler.ts';
import type { ClaimMappings, ClaimValidationRule, JWTAuthenticator } from './jwt-authenticator.ts';

const CREDENTIAL_ID = 'authentication.kubernetes.io/credential-id';

/** Throws where a claim is missing, is something else, or breaks a rule. */
export function userOf(claims: Claims, { claimMappings, claimValidationRules }: JWTAuthenticator, mapper: CELMapper): UserInfo {
  const activation = bindValue('claims', () => claimsValue(claims));
  const name = usernameOf(claims, claimMappings, mapper, activation);
  const groups = groupsOf(claims, claimMappings, mapper, activation);
  const uid = uidOf(claims, claimMappings, mapper, activation);
  const extra = extraOf(claims, mapper, activation);
  const user: UserInfo = { name, groups, ...(uid !== '' && { uid }), ...(Object.keys(extra).length > 0 && { extra }) };
  checkRequiredClaims(claims, claimValidationRules);
  checkRules(mapper.claimValidationRules, activation, 'oidc: error evaluating claim validation expression: ');
  checkRules(mapper.userValidationRules, bindValue('user', () => userInfoValue(user)), 'oidc: error evaluating user info validation rule: ');
  return user;
}

/** Says before an error what was being done. */
function saying<T>(before: string, run: () => T): T {
  try {
    return run();
  } catch (err) {
    throw new Error(`${before}${err instanceof Error ? err.message : String(err)}`, { cause: err });
  }
}

function usernameOf(claims: Claims, { username: { claim, prefix = '' } }: ClaimMappings, { username }: CELMapper, activation: Activation): string {
  if (username) {
    const name = stringOf(username, activation, 'username');
    if (name === '') throw new Error('oidc: empty username via CEL expression is not allowed');
    return name;
  }
  const name = saying(`oidc: parse username claims ${JSON.stringify(claim)}: `, () => stringClaim(claims, claim));
  if (claim === 'email' && hasClaim(claims, 'email_verified')) {
    if (!saying("oidc: parse 'email_verified' claim: ", () => boolClaim(claims, 'email_verified'))) throw new Error('oidc: email not verified');
  }
  return prefix + name;
}

function stringOf(expression: Expression, activation: Activation, what: string): string {
  return saying(`oidc: error evaluating ${what} claim expression: `, () => {
    const value = evaluate(expression, activation);
    if (typeof value !== 'string') throw new Error(`${what} claim expression must return a string`);
    return value;
  });
}

function groupsOf(claims: Claims, { groups: { claim, prefix = '' } }: ClaimMappings, { groups }: CELMapper, activation: Activation): string[] {
  if (claim !== '' && hasClaim(claims, claim)) {
    return saying(`oidc: parse groups claim ${JSON.stringify(claim)}: `, () => stringsClaim(claims, claim)).map((group) => prefix + group);
  }
  return groups ? saying('oidc: error evaluating group claim expression: ', () => stringsOf(evaluate(groups, activation))) : [];
}

function uidOf(claims: Claims, { uid: { claim } }: ClaimMappings, { uid }: CELMapper, activation: Activation): string {
  if (claim !== '') return saying(`oidc: parse uid claim ${JSON.stringify(claim)}: `, () => stringClaim(claims, claim));
  return uid ? stringOf(uid, activation, 'uid') : '';
}

function extraOf({ jti }: Claims, { extra }: CELMapper, activation: Activation): Record<string, string[]> {
  const credentialID = credentialIDForJTI(typeof jti === 'string' ? jti : '');
  // all are evaluated before any is looked at
  const mapped = extra.map((expression) => ({ ...expression, value: evaluate(expression, activation) })).map(({ key, text, value }): [string, string[]] => [key, saying(`oidc: error evaluating extra claim expression: ${text}: `, () => stringsOf(value))]);
  return { ...(credentialID && { [CREDENTIAL_ID]: [credentialID] }), ...Object.fromEntries(mapped.filter(([, values]) => values.length > 0)) };
}

/** What is empty counts as not there. */
function stringsOf(value: Value): string[] {
  const list = value === null ? [] : isList(value) ? value : [value];
  if (!list.every((each) => typeof each === 'string')) throw new Error('expression must return a string or a list of strings');
  return list.filter((each) => each !== '');
}

function checkRequiredClaims(claims: Claims, rules: readonly ClaimValidationRule[]): void {
  for (const { claim, requiredValue } of rules) {
    if (claim === '') continue;
    if (!hasClaim(claims, claim)) throw new Error(`oidc: required claim ${claim} not present in ID token`);
    const value = saying(`oidc: parse claim ${claim}: `, () => stringClaim(claims, claim));
    if (value !== requiredValue) throw new Error(`oidc: required claim ${claim} value does not match. Got = ${value}, want = ${requiredValue}`);
  }
}

function checkRules(rules: readonly Rule[], activation: Activation, before: string): void {
  saying(before, () => {
    const values = rules.map((rule) => evaluate(rule, activation));
    for (const [i, { text, message }] of rules.entries()) {
      if (typeof values[i] !== 'boolean') throw new Error('validation expression must return a boolean');
      if (!values[i]) throw new Error(`validation expression '${text}' failed: ${message}`);
    }
  });
}
