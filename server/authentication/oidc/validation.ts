/**
 * Whether what is believed of issuers can be, with the expressions in it compiled.
 *
 * Upstream: k8s.io/apiserver/pkg/apis/apiserver/validation/validation.go (ValidateAuthenticationConfiguration,
 * CompileAndValidateJWTAuthenticator). Leaves out feature gates, which are as v1.36 has them.
 */
import { duplicate, forbidden, internal, invalid, newPath, required, tooMany } from '../../apimachinery/field.ts';
import type { FieldError, Path } from '../../apimachinery/field.ts';
import type { Program } from '../../cel/environment.ts';
import { CompilationError } from '../../cel/source.ts';
import { selectsClaim } from './compiler.ts';
import type { CELMapper, Compiler, Expression, Rule } from './compiler.ts';
import type { AuthenticationConfiguration, ClaimMappings, ClaimValidationRule, ExtraMapping, JWTAuthenticator, PrefixedClaimOrExpression, UserValidationRule } from './jwt-authenticator.ts';
import { validateDomainPrefixedPath, validateIssuer } from './validate-issuer.ts';

const MOST_AUTHENTICATORS = 64;

export interface ValidationOptions {
  compiler: Compiler;
  /** Those that issue tokens to service accounts. */
  disallowedIssuers: readonly string[];
  /** Throws where it holds no certificate. */
  parseCertificates: (pem: string) => unknown;
}

export function validateAuthenticationConfiguration({ jwt, anonymous }: AuthenticationConfiguration, options: ValidationOptions): { mappers: CELMapper[]; errors: FieldError[] } {
  const root = newPath('jwt');
  if (jwt.length > MOST_AUTHENTICATORS) return { mappers: [], errors: [tooMany(root, jwt.length, MOST_AUTHENTICATORS)] };
  const errors: FieldError[] = [];
  const seen = { url: new Set<string>(), discoveryURL: new Set<string>() };
  const mappers = jwt.map((authenticator, i) => {
    const path = root.index(i);
    const mapper = compileAndValidateJWTAuthenticator(authenticator, path, options, errors);
    for (const field of ['url', 'discoveryURL'] as const) {
      const value = authenticator.issuer[field];
      if (seen[field].has(value)) errors.push(duplicate(path.child('issuer', field), value));
      if (field === 'url' || value !== '') seen[field].add(value);
    }
    return mapper;
  });
  if (anonymous && !anonymous.enabled && anonymous.conditions.length > 0) {
    errors.push(invalid(newPath('anonymous', 'conditions'), anonymous.conditions.map(({ path }) => ({ Path: path })), 'enabled should be set to true when conditions are defined'));
  }
  return { mappers, errors };
}

function compileAndValidateJWTAuthenticator({ issuer, claimValidationRules, claimMappings, userValidationRules }: JWTAuthenticator, path: Path, options: ValidationOptions, errors: FieldError[]): CELMapper {
  errors.push(...validateIssuer(issuer, path.child('issuer'), options));
  const rules = compileClaimRules(claimValidationRules, path.child('claimValidationRules'), options.compiler, errors);
  const mappings = compileMappings(claimMappings, path.child('claimMappings'), options.compiler, errors);
  const verifies = [mappings.username, ...mappings.extra, ...rules].some((each) => each && selectsClaim(each.program.expr, 'email_verified'));
  if (mappings.username && selectsClaim(mappings.username.program.expr, 'email') && !verifies) {
    errors.push(invalid(path.child('claimMappings', 'username', 'expression'), claimMappings.username.expression, 'claims.email_verified must be used in claimMappings.username.expression or claimMappings.extra[*].valueExpression or claimValidationRules[*].expression when claims.email is used in claimMappings.username.expression'));
  }
  return { ...mappings, claimValidationRules: rules, userValidationRules: compileUserRules(userValidationRules, path.child('userValidationRules'), options.compiler, errors) };
}

/** Undefined, with an error more, where the expression cannot be compiled. */
function compile(text: string, path: Path, compiler: (text: string) => Program, errors: FieldError[]): Expression | undefined {
  try {
    return { text, program: compiler(text) };
  } catch (err) {
    errors.push(err instanceof CompilationError ? invalid(path, text, err.message) : internal(path, err instanceof Error ? err : new Error(String(err))));
    return undefined;
  }
}

function compileClaimRules(rules: readonly ClaimValidationRule[], root: Path, { compileClaimsCondition }: Compiler, errors: FieldError[]): Rule[] {
  const claims = new Set<string>();
  const expressions = new Set<string>();
  return rules.flatMap(({ claim, requiredValue, expression, message }, i): Rule[] => {
    const path = root.index(i);
    if (claim !== '' && expression !== '') errors.push(invalid(path, claim, "claim and expression can't both be set"));
    else if (claim === '' && expression === '') errors.push(required(path, 'claim or expression is required'));
    else if (claim !== '') {
      if (message !== '') errors.push(invalid(path.child('message'), message, 'may not be specified when claim is set'));
      if (claims.has(claim)) errors.push(duplicate(path.child('claim'), claim));
      claims.add(claim);
    } else {
      if (requiredValue !== '') errors.push(invalid(path.child('requiredValue'), requiredValue, 'may not be specified when expression is set'));
      return compileRule(expression, message, path.child('expression'), compileClaimsCondition, expressions, errors);
    }
    return [];
  });
}

function compileUserRules(rules: readonly UserValidationRule[], root: Path, { compileUserCondition }: Compiler, errors: FieldError[]): Rule[] {
  const expressions = new Set<string>();
  return rules.flatMap(({ expression, message }, i) => {
    const path = root.index(i).child('expression');
    if (expression !== '') return compileRule(expression, message, path, compileUserCondition, expressions, errors);
    errors.push(required(path));
    return [];
  });
}

function compileRule(text: string, message: string, path: Path, compiler: (text: string) => Program, seen: Set<string>, errors: FieldError[]): Rule[] {
  if (seen.has(text)) {
    errors.push(duplicate(path, text));
    return [];
  }
  seen.add(text);
  const compiled = compile(text, path, compiler, errors);
  return compiled ? [{ ...compiled, message }] : [];
}

function compileMappings({ username, groups, uid, extra }: ClaimMappings, path: Path, compiler: Compiler, errors: FieldError[]): Pick<CELMapper, 'username' | 'groups' | 'uid' | 'extra'> {
  const compiled = {
    username: compilePrefixed(username, path.child('username'), true, compiler, errors),
    groups: compilePrefixed(groups, path.child('groups'), false, compiler, errors),
    uid: uid.claim !== '' || uid.expression === '' ? undefined : compile(uid.expression, path.child('uid', 'expression'), compiler.compileClaims, errors),
  };
  if (uid.claim !== '' && uid.expression !== '') errors.push(invalid(path.child('uid'), '', "claim and expression can't both be set"));
  return { ...Object.fromEntries(Object.entries(compiled).filter(([, each]) => each !== undefined)), extra: compileExtra(extra, path.child('extra'), compiler, errors) };
}

function compilePrefixed({ claim, prefix, expression }: PrefixedClaimOrExpression, path: Path, needed: boolean, { compileClaims }: Compiler, errors: FieldError[]): Expression | undefined {
  if (claim !== '' && expression !== '') errors.push(invalid(path, '', "claim and expression can't both be set"));
  else if (claim === '' && expression === '' && needed) errors.push(required(path, 'claim or expression is required'));
  else if (expression !== '') {
    if (prefix !== undefined) errors.push(invalid(path.child('prefix'), prefix, 'may not be specified when expression is set'));
    return compile(expression, path.child('expression'), compileClaims, errors);
  } else if (claim !== '' && prefix === undefined) errors.push(required(path.child('prefix'), 'prefix is required when claim is set. It can be set to an empty string to disable prefixing'));
  return undefined;
}

const RESERVED = /(?:^|\.)(?:kubernetes|k8s)\.io\//;

function compileExtra(mappings: readonly ExtraMapping[], root: Path, { compileClaims }: Compiler, errors: FieldError[]): (Expression & { key: string })[] {
  const keys = new Set<string>();
  return mappings.flatMap(({ key, valueExpression }, i) => {
    const path = root.index(i);
    errors.push(...validateDomainPrefixedPath(path.child('key'), key));
    if (key !== key.toLowerCase()) errors.push(invalid(path.child('key'), key, 'must be lowercase'));
    if (RESERVED.test(key.slice(0, key.indexOf('/') + 1))) errors.push(invalid(path.child('key'), key, 'k8s.io, kubernetes.io and their subdomains are reserved for Kubernetes use'));
    if (keys.has(key)) {
      errors.push(duplicate(path.child('key'), key));
      return [];
    }
    keys.add(key);
    if (valueExpression === '') {
      errors.push(required(path.child('valueExpression')));
      return [];
    }
    const compiled = compile(valueExpression, path.child('valueExpression'), compileClaims, errors);
    return compiled ? [{ ...compiled, key }] : [];
  });
}

/** What the anonymous part was when the server started stays so. */
export const anonymousChanged = () => forbidden(newPath('anonymous'), 'changed from initial configuration file');
