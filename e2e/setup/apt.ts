/** Installs Debian packages, and sees to it that none of them starts a daemon, now or at the next boot. */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { findOnPath } from './tools.ts';

/** Debian's maintainer scripts ask this file whether a service may be started; 101 is no. */
const policyFile = '/usr/sbin/policy-rc.d';
/** Services that the packages bring. */
const services: Record<string, string> = { 'etcd-server': 'etcd.service' };

export function aptInstall(packages: string[]): void {
  const ownPolicy = !existsSync(policyFile);
  if (ownPolicy) writeFileSync(policyFile, '#!/bin/sh\nexit 101\n', { mode: 0o755 });
  try {
    aptGet('update');
    aptGet('install', '-y', '--no-install-recommends', ...packages);
  } finally {
    if (ownPolicy) rmSync(policyFile);
  }
  for (const service of packages.flatMap((name) => services[name] ?? [])) {
    // Where no systemd runs there is nothing to disable, and systemctl's refusal is no news.
    if (findOnPath('systemctl')) spawnSync('systemctl', ['disable', '--now', service], { stdio: 'ignore' });
  }
}

function aptGet(...args: string[]): void {
  execFileSync('apt-get', ['-q', ...args], {
    stdio: 'inherit',
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  });
}
