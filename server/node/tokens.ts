/**
 * The users that a stage knows: those of `--token-auth-file`, or two of its own whose tokens are made once and kept.
 */
import { randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { TokenUser } from '../authentication/token-file.ts';
import { parseTokenFile } from '../authentication/token-file.ts';
import { UsageError } from './usage-error.ts';

/** `admin` may do everything, `alice` what everybody may. */
const OWN_USERS = ['admin,1,"system:masters"', 'alice,2'];

export async function loadTokens(tokenFile: string | undefined, certDir: string): Promise<TokenUser[]> {
  const file = tokenFile ?? join(certDir, 'tokens.csv');
  let csv: string;
  try {
    csv = await readFile(file, 'utf8');
  } catch (err) {
    if (tokenFile !== undefined) throw new UsageError(`--token-auth-file: ${err instanceof Error ? err.message : String(err)}`);
    csv = await makeTokens(file);
  }
  try {
    return parseTokenFile(csv, file);
  } catch (err) {
    throw new UsageError(err instanceof Error ? err.message : String(err));
  }
}

async function makeTokens(file: string): Promise<string> {
  const csv = OWN_USERS.map((user) => `${randomBytes(16).toString('hex')},${user}\n`).join('');
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  await writeFile(file, csv, { mode: 0o600 });
  return csv;
}
