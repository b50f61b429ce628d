/** What set-up does about each tool, decided from what the machine has and allows. */
import { installs, tools } from './tools.ts';
import type { Tool } from './tools.ts';

export interface Machine {
  found: Partial<Record<Tool, string>>;
  root: boolean;
  apt: boolean;
}

export interface Plan {
  /** One line for each tool that is there. */
  present: string[];
  /** Debian packages to install, with the tools they bring. */
  install: { tool: Tool; debianPackage: string }[];
  /** One line for each tool that is missing and may not be installed from here. */
  missing: string[];
}

export function planSetup({ found, root, apt }: Machine): Plan {
  const absent = tools.filter((tool) => !found[tool]);
  const mayInstall = root && apt;
  return {
    present: tools.filter((tool) => found[tool]).map((tool) => `${tool}: ${found[tool]}`),
    install: mayInstall ? absent.map((tool) => ({ tool, debianPackage: installs[tool].debianPackage })) : [],
    missing: mayInstall ? [] : absent.map((tool) => `${tool} is missing; install it with: ${command(tool, apt)}`),
  };
}

function command(tool: Tool, apt: boolean): string {
  return apt ? `sudo apt-get install -y ${installs[tool].debianPackage}` : installs[tool].elsewhere;
}
