/** `npm run setup`: finds what the tests need, or installs it where it may, or says what to install and fails. */
import { findOnPath, findTool, tools } from './tools.ts';
import type { Tool } from './tools.ts';
import { aptInstall } from './apt.ts';
import { planSetup } from './plan.ts';

const found: Partial<Record<Tool, string>> = Object.fromEntries(tools.map((tool) => [tool, findTool(tool)]));
const { present, install, missing } = planSetup({
  found,
  root: process.getuid?.() === 0,
  apt: findOnPath('apt-get') !== undefined,
});

for (const line of present) console.log(line);
for (const line of missing) console.error(line);
if (missing.length > 0) process.exitCode = 1;

if (install.length > 0) {
  try {
    aptInstall(install.map(({ debianPackage }) => debianPackage));
  } catch (err) {
    console.error(err instanceof Error ? err.message : err);
  }
  for (const { tool, debianPackage } of install) {
    const path = findTool(tool);
    if (path) console.log(`${tool}: ${path} (installed)`);
    else {
      console.error(`${tool} is missing; installing it failed: apt-get install -y ${debianPackage}`);
      process.exitCode = 1;
    }
  }
}
