/** Browser tests: one Chromium, one test at a time. */
import { defineConfig } from '@playwright/test';
import { findTool } from './setup/tools.ts';

// Playwright's own browser where the machine has none.
const executablePath = findTool('chromium');

export default defineConfig({
  testDir: '.',
  testMatch: '**/*.spec.ts',
  outputDir: '../test-results',
  workers: 1,
  forbidOnly: true,
  timeout: 60_000,
  expect: { timeout: 20_000 },
  use: { launchOptions: { ...(executablePath && { executablePath }) } },
});
