/**
 * The address by which the members of a cluster reach the server: the Service `kubernetes` leads to it, clients are told it.
 *
 * Upstream: k8s.io/apiserver/pkg/server/options/server_run_options.go (DefaultAdvertiseAddress) and
 * k8s.io/apimachinery/pkg/util/net (ResolveBindAddress). A server that listens on loopback alone advertises that, and
 * no interface that nobody answers on.
 */
import { networkInterfaces } from 'node:os';
import type { Flags } from './flags.ts';

export function advertiseAddress({ 'advertise-address': advertised, 'bind-address': bound }: Pick<Flags, 'advertise-address' | 'bind-address'>): string {
  return advertised ?? (['0.0.0.0', '::'].includes(bound) ? hostAddress() : undefined) ?? bound;
}

/** `host:port`, as Go's net.JoinHostPort writes it. */
export function joinHostPort(host: string, port: number): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

function hostAddress(): string | undefined {
  const all = Object.values(networkInterfaces()).flatMap((addresses = []) => addresses);
  return all.find(({ family, internal }) => family === 'IPv4' && !internal)?.address;
}
