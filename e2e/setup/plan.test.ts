import { describe, expect, test } from 'vitest';
import { planSetup } from './plan.ts';

const all = { chromium: '/usr/bin/chromium', etcd: '/usr/bin/etcd', kubectl: '/usr/local/bin/kubectl' };

describe('set-up', () => {
  test.each([
    { root: true, apt: true },
    { root: false, apt: true },
    { root: false, apt: false },
  ])('installs nothing where everything is there (%o)', (rights) => {
    expect(planSetup({ found: all, ...rights })).toEqual({
      present: ['chromium: /usr/bin/chromium', 'etcd: /usr/bin/etcd', 'kubectl: /usr/local/bin/kubectl'],
      install: [],
      missing: [],
    });
  });

  test('installs as root what is missing, and only that', () => {
    expect(planSetup({ found: { kubectl: all.kubectl }, root: true, apt: true })).toEqual({
      present: ['kubectl: /usr/local/bin/kubectl'],
      install: [
        { tool: 'chromium', debianPackage: 'chromium' },
        { tool: 'etcd', debianPackage: 'etcd-server' },
      ],
      missing: [],
    });
  });

  test.each([
    {
      where: 'without root',
      root: false,
      apt: true,
      commands: ['sudo apt-get install -y chromium', 'sudo apt-get install -y etcd-server', 'sudo apt-get install -y kubernetes-client'],
    },
    {
      where: 'without apt',
      root: true,
      apt: false,
      commands: ['npx playwright install chromium', 'brew install etcd', 'brew install kubectl'],
    },
  ])('$where says in one line for each missing tool what installs it', ({ root, apt, commands }) => {
    const { install, missing } = planSetup({ found: {}, root, apt });
    expect(install).toEqual([]);
    expect(missing).toEqual(
      ['chromium', 'etcd', 'kubectl'].map((tool, i) => `${tool} is missing; install it with: ${commands[i]}`),
    );
  });
});
