/** The programs that tests run against, where they are found, and what installs them. */
import { accessSync, constants, existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { delimiter, join } from 'node:path';

export const tools = ['chromium', 'etcd', 'kubectl'] as const;
export type Tool = (typeof tools)[number];

export const installs: Record<Tool, { debianPackage: string; elsewhere: string }> = {
  chromium: { debianPackage: 'chromium', elsewhere: 'npx playwright install chromium' },
  etcd: { debianPackage: 'etcd-server', elsewhere: 'brew install etcd' },
  kubectl: { debianPackage: 'kubernetes-client', elsewhere: 'brew install kubectl' },
};

/** The tool's path; undefined if this machine has none. */
export function findTool(tool: Tool): string | undefined {
  return findOnPath(tool) ?? (tool === 'chromium' ? playwrightsChromium() : undefined);
}

/** The tool's path; a test that cannot run without it fails with what to do. */
export function requireTool(tool: Tool): string {
  const path = findTool(tool);
  if (!path) throw new Error(`${tool} is not installed: run \`npm run setup\``);
  return path;
}

export function findOnPath(command: string, path = process.env['PATH'] ?? ''): string | undefined {
  // Debian's chromium is looked for in its place also where PATH is bare.
  return [...path.split(delimiter), '/usr/bin']
    .filter((dir) => dir !== '')
    .map((dir) => join(dir, command))
    .find(isExecutable);
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function playwrightsChromium(): string | undefined {
  // Loaded only when it is asked for: it is large.
  const { chromium }: typeof import('playwright') = createRequire(import.meta.url)('playwright');
  const path = chromium.executablePath();
  return existsSync(path) ? path : undefined;
}
