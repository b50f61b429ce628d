import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

const shared = {
  allowOnly: false,
  exclude: ['**/node_modules/**', '**/dist/**'],
  // What is waited for has come, or a test fails; how long it takes is no test's matter, and a busy machine is slow.
  expect: { poll: { timeout: 20_000 } },
};

export default defineConfig({
  test: {
    // Much is waited for, so that two share even two cores well.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    projects: [
      {
        // beside the code
        test: { ...shared, name: 'unit', include: ['server/**/*.test.ts', 'site/**/*.test.ts', 'bench/**/*.test.ts', 'e2e/setup/**/*.test.ts'], testTimeout: 30_000, hookTimeout: 30_000 },
      },
      {
        // the whole, with real parts: kubectl, client libraries, etcd, sockets
        test: { ...shared, name: 'e2e', include: ['e2e/{kubectl,clients,bad-input,conformance,fuzz,authorization,soak,etcd}/**/*.test.ts'], testTimeout: 120_000, hookTimeout: 120_000 },
      },
    ],
  },
});
