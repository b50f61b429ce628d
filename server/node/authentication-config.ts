/**
 * `--authentication-config`: who may come in without a name.
 *
 * Upstream: loadAuthenticationConfig of pkg/kubeapiserver/options/authentication.go,
 * k8s.io/apiserver/pkg/apis/apiserver/validation. Leaves out issuers of JSON web tokens, which are refused, and reading
 * the file again when it changes.
 */
import { readFile } from 'node:fs/promises';
import { parse } from 'yaml';
import { z } from 'zod';
import { UsageError } from './usage-error.ts';

export interface AnonymousAuthConfig {
  enabled: boolean;
  conditions?: { path: string }[] | undefined;
}

const GROUP = 'apiserver.config.k8s.io';
const schema = z.strictObject({
  apiVersion: z.enum([`${GROUP}/v1`, `${GROUP}/v1beta1`, `${GROUP}/v1alpha1`]),
  kind: z.literal('AuthenticationConfiguration'),
  jwt: z.array(z.unknown()).max(0, 'issuers of JSON web tokens are not supported').optional(),
  anonymous: z
    .strictObject({ enabled: z.boolean().default(false), conditions: z.array(z.strictObject({ path: z.string().default('') })).optional() })
    .refine(({ enabled, conditions = [] }) => enabled || conditions.length === 0, { path: ['conditions'], error: 'enabled should be set to true when conditions are defined' })
    .optional(),
});

/** Throws a UsageError that names the file and the place in it. */
export async function loadAuthenticationConfig(file: string): Promise<AnonymousAuthConfig | undefined> {
  try {
    const content = await readFile(file, 'utf8');
    if (content === '') throw new Error('empty config data');
    const config = schema.safeParse(parse(content));
    if (config.success) return config.data.anonymous;
    const [issue] = config.error.issues;
    throw new Error(`${issue?.path.join('.') || 'the document'}: ${issue?.message}`);
  } catch (err) {
    const why = (err instanceof Error ? err.message : String(err)).split('\n', 1)[0];
    throw new UsageError(`failed to load authentication configuration from file "${file}": ${why}`);
  }
}
