import mdx from '@astrojs/mdx';
import starlight from '@astrojs/starlight';
import { defineConfig } from 'astro/config';
import { chapters } from './site/build/chapters.ts';
import { codeTheme } from './site/build/code-theme.ts';
import { devWorker } from './site/runtime/dev-worker.ts';
import { workerPlugins } from './site/runtime/worker-plugins.ts';

const override = (name) => [name, `./site/overrides/${name}.astro`];

export default defineConfig({
  site: process.env.SITE_URL,
  base: process.env.SITE_BASE,
  srcDir: './site',
  publicDir: './site/public',
  trailingSlash: 'ignore',
  devToolbar: { enabled: false },
  markdown: { shikiConfig: { theme: codeTheme } },
  vite: {
    // Several js-yaml are installed; bundled, each importer gets its own.
    environments: { prerender: { resolve: { noExternal: ['js-yaml'] } } },
    json: { stringify: true },
    plugins: [devWorker()],
    worker: { format: 'es', plugins: workerPlugins },
  },
  integrations: [
    starlight({
      title: 'The Journey of an API Request',
      description: 'An annotated, interactive tutorial about the inside of the Kubernetes API server, and the server that it is about.',
      favicon: '/favicon.svg',
      expressiveCode: false,
      credits: false,
      disable404Route: true,
      tableOfContents: { minHeadingLevel: 2, maxHeadingLevel: 2 },
      customCss: ['./site/styles/index.css'],
      sidebar: chapters().map(({ slug }) => ({ slug: slug || 'index' })),
      components: Object.fromEntries(
        ['Head', 'Header', 'PageFrame', 'PageSidebar', 'PageTitle', 'Pagination', 'Sidebar', 'SiteTitle', 'ThemeSelect', 'TwoColumnContent'].map(override),
      ),
    }),
    mdx(),
  ],
});
