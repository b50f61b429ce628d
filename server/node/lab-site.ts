/** The built site, as a static host would serve it: types, clean addresses, its own page for what is not there. */
import { join } from 'node:path';
import express from 'express';
import type { Express } from 'express';

export function newSiteApp(siteDir: string): Express {
  const app = express();
  app.disable('x-powered-by');
  app.use(express.static(siteDir, { extensions: ['html'], cacheControl: false }));
  app.use((_req, res) => {
    res.status(404).sendFile(join(siteDir, '404.html'), { cacheControl: false }, (err) => {
      if (err && !res.headersSent) res.type('text').send('404 page not found\n');
    });
  });
  return app;
}
