/**
 * Whether a certificate may be believed: a chain of signatures leads to an authority, every certificate in it is good
 * today and allowed to be what it is in the chain, and all that name purposes name the client's.
 *
 * Upstream: Go's crypto/x509 (Certificate.Verify with ExtKeyUsageClientAuth), whose messages it gives. Leaves out name
 * constraints and authorities of X.509 version 1: what such an authority signed is not believed.
 */
// what x509 is built on needs it
import 'reflect-metadata';
import * as x509 from '@peculiar/x509';
import { quote } from '../../apimachinery/quote.ts';

type Certificate = x509.X509Certificate;

/** Key and extended key usage, alternative names, basic constraints, CRLs, policies with their mappings and limits, key identifiers. */
const HANDLED = ['15', '37', '17', '19', '31', '32', '33', '35', '36', '14', '54'].map((last) => `2.5.29.${last}`);
/** Against clients that send certificates which lead everywhere and nowhere. */
const MOST_SIGNATURE_CHECKS = 100;

/** Answers until when (milliseconds since the epoch) the chain is good that it found; throws where there is none. */
export async function verify(leaf: Certificate, intermediates: readonly Certificate[], roots: readonly Certificate[], now: number): Promise<number> {
  checkValid(leaf, [], false, now);
  const chains = roots.some((root) => root.equal(leaf)) ? [[leaf]] : await buildChains([leaf], { intermediates, roots, now, checks: 0 });
  const chain = chains.find((each) => each.every(servesClients));
  if (!chain) throw new Error('x509: certificate specifies an incompatible key usage');
  return Math.min(...chain.map(({ notAfter }) => notAfter.getTime()));
}

interface Search {
  intermediates: readonly Certificate[];
  roots: readonly Certificate[];
  now: number;
  checks: number;
}

async function buildChains(chain: Certificate[], search: Search): Promise<Certificate[][]> {
  const child = chain.at(-1)!;
  const { roots, intermediates } = search;
  const found: Certificate[][] = [];
  let hint = '';
  let deeper: Error | undefined;
  for (const candidate of [...roots, ...intermediates]) {
    if (candidate.subject !== child.issuer || chain.some((each) => each.equal(candidate))) continue;
    if (++search.checks > MOST_SIGNATURE_CHECKS) throw new Error('x509: signature check attempts limit reached while verifying certificate chain');
    const isRoot = roots.includes(candidate);
    const above = [...chain, candidate];
    try {
      await checkSignature(child, candidate);
      checkValid(candidate, chain, !isRoot, search.now);
    } catch (err) {
      hint ||= ` (possibly because of ${quote(asError(err).message)} while trying to verify candidate authority certificate ${quote(nameOf(candidate))})`;
      continue;
    }
    if (isRoot) found.push(above);
    else found.push(...(await buildChains(above, search).catch((err: unknown) => ((deeper = asError(err)), []))));
  }
  if (found.length === 0) throw deeper ?? new Error(`x509: certificate signed by unknown authority${hint}`);
  return found;
}

/** Whether a certificate may stand on top of `below`. */
function checkValid(cert: Certificate, below: readonly Certificate[], isIntermediate: boolean, now: number): void {
  if (cert.extensions.some(({ type, critical }) => critical && !HANDLED.includes(type))) throw new Error('x509: unhandled critical extension');
  const { notBefore, notAfter } = cert;
  const expired = (how: string, limit: Date) => new Error(`x509: certificate has expired or is not yet valid: current time ${rfc3339(new Date(now))} is ${how} ${rfc3339(limit)}`);
  if (now < notBefore.getTime()) throw expired('before', notBefore);
  if (now > notAfter.getTime()) throw expired('after', notAfter);
  if (below.length === 0) return;
  const constraints = cert.getExtension(x509.BasicConstraintsExtension);
  if (isIntermediate && !constraints?.ca) throw new Error('x509: certificate is not authorized to sign other certificates');
  if (constraints?.pathLength !== undefined && below.length - 1 > constraints.pathLength) throw new Error('x509: too many intermediates for path length constraint');
}

async function checkSignature(child: Certificate, parent: Certificate): Promise<void> {
  const usages = parent.getExtension(x509.KeyUsagesExtension)?.usages ?? x509.KeyUsageFlags.keyCertSign;
  const maySign = parent.getExtension(x509.BasicConstraintsExtension)?.ca && (usages & x509.KeyUsageFlags.keyCertSign) !== 0;
  if (!maySign) throw new Error('x509: invalid signature: parent certificate cannot sign this kind of certificate');
  const { name, hash } = child.signatureAlgorithm;
  const digest = hash?.name ?? '';
  if (/^(SHA-1|MD5)$/.test(digest)) throw new Error(`x509: cannot verify signature: insecure algorithm ${digest.replace('-', '')}-${name.startsWith('RSA') ? 'RSA' : name}`);
  if (!(await child.verify({ publicKey: parent, signatureOnly: true }).catch(() => false))) throw new Error('x509: signature verification failure');
}

function servesClients(cert: Certificate): boolean {
  const usages = cert.getExtension(x509.ExtendedKeyUsageExtension)?.usages;
  return usages === undefined || usages.includes(x509.ExtendedKeyUsage.clientAuth) || usages.includes(ANY_PURPOSE);
}

const ANY_PURPOSE = '2.5.29.37.0';

function nameOf({ subjectName, serialNumber }: Certificate): string {
  return subjectName.getField('CN').at(-1) ?? subjectName.getField('O')[0] ?? `serial:${BigInt(`0x${serialNumber}`)}`;
}

const asError = (err: unknown) => (err instanceof Error ? err : new Error(String(err)));

const rfc3339 = (time: Date) => time.toISOString().replace(/\.\d+Z$/, 'Z');
