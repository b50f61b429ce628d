/**
 * The certificates that a client showed, handed to authenticators with each of its requests.
 *
 * Upstream: http.Request.TLS.PeerCertificates.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { TLSSocket } from 'node:tls';
import type { AuthenticationRequest, PeerCertificates } from '../authentication/interfaces.ts';

export type Handler = (req: IncomingMessage, res: ServerResponse) => void;

/** What the client sent, itself first; a session that is resumed remembers no more than that one. */
export function peerCertificatesOf(socket: Pick<TLSSocket, 'getPeerX509Certificate'>): PeerCertificates {
  const chain: Uint8Array<ArrayBuffer>[] = [];
  for (let cert = socket.getPeerX509Certificate(); cert; cert = cert.issuerCertificate) chain.push(new Uint8Array(cert.raw));
  return chain;
}

export function setPeerCertificates(req: object, peerCertificates: PeerCertificates | undefined): void {
  if (peerCertificates) Object.assign(req, { peerCertificates } satisfies Partial<AuthenticationRequest>);
}
