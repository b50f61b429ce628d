/** The project's root. Astro bundles what its pages import, so a module's own place says nothing: npm scripts run here. */
export const root = process.cwd();
