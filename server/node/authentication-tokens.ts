/**
 * Issuers of JSON web tokens and anonymous users, by flags or by the file of `--authentication-config`, which is read
 * again when it changes.
 *
 * Upstream: ToAuthenticationConfig and ApplyTo of pkg/kubeapiserver/options/authentication.go. Leaves out the metrics.
 */
import { readFile } from 'node:fs/promises';
import { deepEqual } from '../apimachinery/deep.ts';
import { aggregate } from '../apimachinery/field.ts';
import { quote } from '../apimachinery/quote.ts';
import { newCompiler } from '../authentication/oidc/compiler.ts';
import type { AnonymousAuthConfig, AuthenticationConfiguration } from '../authentication/oidc/jwt-authenticator.ts';
import { newJWTAuthenticators } from '../authentication/oidc/jwt-authenticators.ts';
import type { CompiledAuthenticator, JWTAuthenticators } from '../authentication/oidc/jwt-authenticators.ts';
import { ALL_SIGNING_ALGORITHMS } from '../authentication/oidc/oidc.ts';
import { anonymousChanged, validateAuthenticationConfiguration } from '../authentication/oidc/validation.ts';
import { parseCertsPEM } from '../authentication/x509/cert-pool.ts';
import type { Logger } from '../observe/logger.ts';
import { decodeAuthenticationConfig } from './authentication-config.ts';
import type { Flags } from './flags.ts';
import { newHTTPGet } from './oidc-http.ts';
import { oidcFromFlags } from './oidc-options.ts';
import { UsageError } from './usage-error.ts';
import { watchUntil } from './watch-until.ts';

const clock = { now: () => Date.now() };
const RELOAD_INTERVAL = 60_000;

export interface ConfiguredAuthentication {
  anonymous: AnonymousAuthConfig;
  /** Without one where neither flags nor a file speak of issuers. */
  jwt?: JWTAuthenticators;
}

export interface Options {
  apiAudiences: readonly string[];
  /** Those that issue tokens to service accounts: no others may be called as they are. */
  issuers: readonly string[];
  log: Logger;
  /** When it is over no issuer is asked any more. */
  lifecycle: AbortSignal;
}

/** Throws a UsageError of one line that names the file, or the flags, and the place. */
export async function configuredAuthentication(flags: Flags, options: Options): Promise<ConfiguredAuthentication> {
  const file = flags['authentication-config'];
  const oidc = await oidcFromFlags(flags);
  const content = file === undefined ? '' : await read(file);
  const configuration = file === undefined ? { jwt: oidc ? [oidc.jwtAuthenticator] : [] } : load(file, content);
  if (configuration.anonymous && flags['anonymous-auth'] !== undefined) {
    throw new UsageError(`${file}: anonymous: Forbidden: --anonymous-auth flag cannot be set when anonymous field is configured in authentication configuration file`);
  }
  const anonymous = configuration.anonymous ?? { enabled: flags['anonymous-auth'] ?? true, conditions: [] };
  const { authenticators, errors } = compile(configuration, options.issuers);
  if (errors.length > 0) throw new UsageError(`${file === undefined ? '' : `${file}: `}invalid authentication configuration: ${oneLine(aggregate(errors))}`);
  const signingAlgorithms = oidc?.signingAlgorithms ?? ALL_SIGNING_ALGORITHMS;
  const unsupported = signingAlgorithms.find((each) => !ALL_SIGNING_ALGORITHMS.includes(each));
  if (unsupported !== undefined) throw new UsageError(`oidc: unsupported signing alg: ${quote(unsupported)}`);
  if (file === undefined && !oidc) return { anonymous };
  const jwt = newJWTAuthenticators(authenticators, { ...options, clock, signingAlgorithms, newHTTPGet });
  if (file !== undefined) reload(file, { content, configuration, jwt, disallowed: options.issuers, log: options.log });
  return { anonymous, jwt };
}

const oneLine = (text: string) => text.replaceAll('\n', '\\n');

async function read(file: string): Promise<string> {
  return readFile(file, 'utf8').catch((err: unknown) => {
    throw cannotLoad(file, err);
  });
}

function cannotLoad(file: string, err: unknown): UsageError {
  return new UsageError(`failed to load authentication configuration from file ${quote(file)}: ${oneLine(err instanceof Error ? err.message : String(err))}`);
}

function load(file: string, content: string): AuthenticationConfiguration {
  try {
    return decodeAuthenticationConfig(content);
  } catch (err) {
    throw cannotLoad(file, err);
  }
}

function compile(configuration: AuthenticationConfiguration, disallowedIssuers: readonly string[]) {
  const { mappers, errors } = validateAuthenticationConfiguration(configuration, { compiler: newCompiler(), disallowedIssuers, parseCertificates: parseCertsPEM });
  const authenticators = configuration.jwt.flatMap((jwtAuthenticator, i): CompiledAuthenticator[] => (mappers[i] ? [{ jwtAuthenticator, mapper: mappers[i] }] : []));
  return { authenticators, errors };
}

interface Reload {
  content: string;
  configuration: AuthenticationConfiguration;
  jwt: JWTAuthenticators;
  disallowed: readonly string[];
  log: Logger;
}

/** What cannot be taken over is told once; what could be, were its issuers there, is tried again. */
function reload(file: string, { content, configuration: { anonymous }, jwt, disallowed, log }: Reload): void {
  let tracked = content;
  let checking = Promise.resolve();
  watchUntil(file, RELOAD_INTERVAL, () => void (checking = checking.then(check)));

  async function check(): Promise<void> {
    let what = 'failed to read authentication config file';
    try {
      const now = await readFile(file, 'utf8');
      if (now === tracked) return;
      what = 'failed to load authentication config';
      const authenticators = accept(now);
      what = 'failed to update authentication config';
      await jwt.update(authenticators);
      tracked = now;
    } catch (err) {
      log.error(err, what);
    }
  }

  function accept(now: string): CompiledAuthenticator[] {
    try {
      const configuration = decodeAuthenticationConfig(now);
      const { authenticators, errors } = compile(configuration, disallowed);
      const all = [...errors, ...(deepEqual(configuration.anonymous, anonymous) ? [] : [anonymousChanged()])];
      if (all.length > 0) throw new Error(aggregate(all));
      return authenticators;
    } catch (err) {
      tracked = now;
      throw err;
    }
  }
}
